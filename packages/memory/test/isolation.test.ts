import type { Entry, Keyspace, TierReport } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { describe, expect, it } from 'vitest';
import type { MemoryOptions } from '../src/index.ts';
import { memory } from '../src/index.ts';

const clock = manualClock();

function open(options: MemoryOptions, reports: TierReport[] = []): Pick<Keyspace, 'set' | 'get' | 'setMany'> {
  const host = { clock, sender: 'test', announce: false, report: (report: TierReport) => void reports.push(report) };
  return memory(options).open({ namespace: 'test', region: '' }, host);
}

function entry(value: unknown): Entry {
  const now = clock.now();
  const times = { createdAt: now, freshUntil: now + 60_000, slidesUntil: Infinity, checkedAt: now };
  return {
    value,
    negative: false,
    staleMs: 0,
    usableMs: 0,
    version: 0,
    cost: 0,
    slidingMs: 0,
    tags: undefined,
    ...times,
  };
}

function read(keyspace: Pick<Keyspace, 'get'>, key: string): unknown {
  return (keyspace.get(key, clock.now()) as Entry | undefined)?.value;
}

describe("isolation 'none'", () => {
  it('gives the entry that it keeps, the same one each time', () => {
    const keyspace = open({});
    const value = { a: 1 };
    void keyspace.set('k', entry(value), clock.now());
    expect(read(keyspace, 'k')).toBe(value);
    expect(keyspace.get('k', clock.now())).toBe(keyspace.get('k', clock.now()));
  });
});

describe("isolation 'clone'", () => {
  it('shares nothing with those who set or read', () => {
    const keyspace = open({ isolation: 'clone' });
    const value = { list: [1], at: new Date(0), map: new Map([['a', { b: 1 }]]) };
    void keyspace.set('k', entry(value), clock.now());
    value.list.push(2);
    const first = read(keyspace, 'k') as typeof value;
    expect(first).toEqual({ list: [1], at: new Date(0), map: new Map([['a', { b: 1 }]]) });
    first.map.get('a')!.b = 2;
    expect((read(keyspace, 'k') as typeof value).map.get('a')).toEqual({ b: 1 });
  });

  it('refuses what cannot be cloned, and leaves no old value', () => {
    const keyspace = open({ isolation: 'clone' });
    void keyspace.set('k', entry(1), clock.now());
    const refused = (): unknown => keyspace.set('k', entry({ f() {} }), clock.now());
    expect(refused).toThrow(expect.objectContaining({ code: 'SERIALIZATION_FAILED' }));
    expect(read(keyspace, 'k')).toBe(undefined);
    const answers = keyspace.setMany(
      [
        { key: 'a', entry: entry(() => 1) },
        { key: 'b', entry: entry(2) },
      ],
      clock.now(),
    );
    expect(answers).toEqual([expect.objectContaining({ code: 'SERIALIZATION_FAILED' }), expect.any(Number)]);
  });
});

describe("isolation 'freeze'", () => {
  it('freezes objects and arrays all the way down, circles and symbols too', () => {
    const keyspace = open({ isolation: 'freeze' });
    const deep = { c: [{ d: 1 }] };
    const value: Record<PropertyKey, unknown> = { a: { b: deep }, [Symbol.for('s')]: { e: 1 } };
    value.self = value;
    void keyspace.set('k', entry(value), clock.now());
    expect(read(keyspace, 'k')).toBe(value);
    for (const each of [value, value.a, deep, deep.c, deep.c[0], value[Symbol.for('s')]]) {
      expect(Object.isFrozen(each)).toBe(true);
    }
    expect(() => {
      deep.c[0]!.d = 2;
    }).toThrow(TypeError);
  });

  it('freezes what a Map or a Set holds, and leaves bytes alone', () => {
    const keyspace = open({ isolation: 'freeze' });
    const value = { map: new Map([[{ k: 1 }, { v: 1 }]]), set: new Set([{ s: 1 }]), bytes: new Uint8Array(4) };
    void keyspace.set('k', entry(value), clock.now());
    for (const [key, held] of value.map) expect([Object.isFrozen(key), Object.isFrozen(held)]).toEqual([true, true]);
    for (const held of value.set) expect(Object.isFrozen(held)).toBe(true);
    value.bytes[0] = 1;
    expect(value.bytes[0]).toBe(1);
  });

  it('finds what is changeable within what was frozen before, and calls no accessor', () => {
    const keyspace = open({ isolation: 'freeze' });
    const inner = { n: 1 };
    const value = Object.freeze({
      inner,
      get trap(): never {
        throw new Error('called');
      },
    });
    void keyspace.set('k', entry(value), clock.now());
    expect(Object.isFrozen(inner)).toBe(true);
  });
});

describe('serializer', () => {
  it('cannot be asked for together with isolation', () => {
    const options = { serializer: taggedJson, isolation: 'clone' } as const;
    expect(() => memory(options)).toThrow(/isolation must be "none" with a serializer/);
  });

  it('keeps bytes of its own where it was given a piece of a large buffer', () => {
    const keyspace = open({ serializer: taggedJson });
    const large = new Uint8Array(10_000);
    const bytes = taggedJson.encode([1, 2], 'k');
    large.set(bytes, 100);
    void keyspace.set('k', entry([1, 2]), clock.now(), large.subarray(100, 100 + bytes.length));
    large.fill(0);
    expect(read(keyspace, 'k')).toEqual([1, 2]);
  });

  it('takes bytes that cannot be read for a miss, and says so', () => {
    const reports: TierReport[] = [];
    const keyspace = open({ serializer: taggedJson }, reports);
    void keyspace.set('k', entry(1), clock.now(), new Uint8Array([255, 254]));
    expect(keyspace.get('k', clock.now())).toBe(undefined);
    const error = expect.objectContaining({ code: 'CORRUPT_ENTRY' });
    expect(reports).toEqual([{ kind: 'error', key: 'k', operation: 'get', error }]);
  });
});
