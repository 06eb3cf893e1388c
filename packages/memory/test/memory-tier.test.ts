import type { Entry, Keyspace, TierReport } from '@uno-cache/core';
import type { ManualClock } from '@uno-cache/core/testing';
import { manualClock } from '@uno-cache/core/testing';
import { describe, expect, it } from 'vitest';
import { memory } from '../src/index.ts';
import { SWEEP_SLICE } from '../src/store/sweeper.ts';

/** A cache's view of a tier. */
class View {
  readonly reports: TierReport[] = [];
  readonly keys: Keyspace;
  readonly #clock: ManualClock;

  constructor(tier: ReturnType<typeof memory>, clock: ManualClock, region: string = '', sender: string = 'a') {
    this.#clock = clock;
    const report = (each: TierReport): void => void this.reports.push(each);
    this.keys = tier.open({ namespace: 'test', region }, { clock, sender, announce: false, report });
  }

  put(key: string, value: unknown, shape: Partial<Entry> = {}): number {
    const now = this.#clock.now();
    const times = { createdAt: now, freshUntil: now + 60_000, slidesUntil: Infinity, checkedAt: now };
    const rest = { negative: false, staleMs: 0, usableMs: 0, version: 0, cost: 0, slidingMs: 0, tags: undefined };
    return this.keys.set(key, { value, ...rest, ...times, ...shape }, now) as number;
  }

  value(key: string): unknown {
    return (this.keys.get(key, this.#clock.now()) as Entry | undefined)?.value;
  }
}

function listed({ keys }: View, pattern: string): Iterable<string> {
  return (keys.keys?.(pattern) ?? []) as Iterable<string>;
}

describe('keyspaces of one tier', () => {
  it('share one bound and one policy', () => {
    const clock = manualClock();
    const tier = memory({ maxEntries: 10, policy: 'lru' });
    const [a, b] = [new View(tier, clock, 'a'), new View(tier, clock, 'b')];
    for (let i = 0; i < 10; i++) a.put(`k${i}`, i);
    for (let i = 0; i < 4; i++) b.put(`k${i}`, -i);
    expect(a.value('k3')).toBe(undefined);
    expect(a.value('k4')).toBe(4);
    expect(b.value('k3')).toBe(-3);
    expect([a.keys.size?.(), b.keys.size?.()]).toEqual([6, 4]);
    expect(a.reports.map((report) => report.kind === 'evict' && report.key)).toEqual(['k0', 'k1', 'k2', 'k3']);
    expect(b.reports).toEqual([]);
  });

  it('are cleared and swept one by one, large ones too', () => {
    const clock = manualClock();
    const tier = memory({ maxEntries: 4 * SWEEP_SLICE });
    const [a, b] = [new View(tier, clock, 'a'), new View(tier, clock, 'b')];
    for (let i = 0; i < SWEEP_SLICE + 100; i++) {
      a.put(`k${i}`, i);
      b.put(`k${i}`, i);
    }
    void a.keys.clear(clock.now());
    void b.keys.deletePattern('k*1', clock.now());
    a.put('k1', 'new');
    expect([a.keys.size?.(), a.value('k1'), a.value('k2')]).toEqual([1, 'new', undefined]);
    expect([b.value('k1'), b.value('k2')]).toEqual([undefined, 2]);
    clock.advance(1_000);
    expect([a.keys.size?.(), a.value('k1')]).toEqual([1, 'new']);
    expect([b.value('k1'), b.value('k2'), [...listed(b, '*1')]]).toEqual([undefined, 2, []]);
    expect(clock.pending).toBe(1);
    void tier.close();
    expect(clock.pending).toBe(0);
  });
});

describe('reports', () => {
  it('name the cause of each departure that nobody asked for, with the entry', () => {
    const clock = manualClock();
    const a = new View(memory({ maxBytes: 100, sizeOf: (value) => (value as string).length, policy: 'lru' }), clock);
    a.put('expires', 'x'.repeat(40), { freshUntil: clock.now() + 1_000 });
    clock.step(1_000);
    expect(a.value('expires')).toBe(undefined);
    a.put('goes', 'x'.repeat(60));
    a.put('stays', 'x'.repeat(50));
    expect(() => a.put('large', 'x'.repeat(101))).toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }));
    void a.keys.delete('stays', clock.now());
    const entry = expect.objectContaining({ value: expect.any(String) });
    expect(a.reports).toEqual([
      { kind: 'evict', key: 'expires', cause: 'expired', entry },
      { kind: 'evict', key: 'goes', cause: 'size', entry },
      { kind: 'evict', key: 'large', cause: 'refused', entry },
    ]);
  });

  it('come from the background too', () => {
    const clock = manualClock();
    const a = new View(memory(), clock);
    a.put('k', 1, { freshUntil: clock.now() + 1_000, usableMs: 1_000 });
    clock.advance('1900ms');
    expect(a.reports).toEqual([]);
    clock.advance('400ms');
    expect(a.reports).toMatchObject([{ kind: 'evict', key: 'k', cause: 'expired' }]);
    expect(a.keys.size?.()).toBe(0);
  });

  it('reach each cache that shares the keys once', () => {
    const clock = manualClock();
    const tier = memory({ maxEntries: 1, policy: 'lru' });
    const views = ['a', 'b', 'a'].map((sender) => new View(tier, clock, '', sender));
    views[0]!.put('k0', 0);
    views[1]!.put('k1', 1);
    expect(views.map(({ reports }) => reports.length)).toEqual([1, 1, 0]);
  });
});

describe('clocks of caches that share a tier', () => {
  it('may differ by any amount: each entry lives by the clock of its keyspace', () => {
    const [early, late] = [manualClock(Date.UTC(2020, 0, 1)), manualClock(Date.UTC(2030, 0, 1))];
    const tier = memory();
    const [a, b] = [new View(tier, late, 'a'), new View(tier, early, 'b')];
    a.put('k', 'a');
    b.put('k', 'b');
    late.advance('30s');
    expect([a.value('k'), b.value('k')]).toEqual(['a', 'b']);
    late.advance('31s');
    expect([a.value('k'), b.value('k')]).toEqual([undefined, 'b']);
    expect([a.keys.size?.(), b.keys.size?.()]).toEqual([0, 1]);
    early.advance('60s');
    expect(b.value('k')).toBe(undefined);
    early.advance(0);
    late.advance('200s');
    expect(b.keys.size?.()).toBe(0);
  });
});

describe('versions', () => {
  it('increase whatever the clock does, and over those that entries bring', () => {
    const clock = manualClock();
    const tier = memory();
    const [a, b] = [new View(tier, clock, 'a'), new View(tier, clock, 'b')];
    const seen = [a.put('k', 1), b.put('k', 1), a.put('k', 2)];
    clock.step(-86_400_000);
    seen.push(a.put('k', 3), a.put('k', 4, { version: seen[2]! * 2 }), b.put('x', 5));
    seen.push(a.keys.touch('k', clock.now() + 90_000, clock.now()) as number);
    seen.push(a.keys.expire('k', clock.now()) as number);
    expect(seen).toEqual([...seen].sort((one, two) => one - two));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.every(Number.isSafeInteger)).toBe(true);
  });
});

describe('the short way', () => {
  it('answers for plain entries of a tier that keeps references, and counts as a use', () => {
    const clock = manualClock();
    const view = new View(memory({ maxEntries: 2, policy: 'lru' }), clock);
    const fresh = (key: string): unknown => view.keys.fresh?.(key, clock.now());
    view.put('a', 1);
    view.put('b', 2);
    expect(fresh('a')).toBe(1);
    view.put('c', 3);
    expect([fresh('a'), fresh('b'), fresh('c')]).toEqual([1, undefined, 3]);
    void view.keys.touch('a', clock.now() + 5_000, clock.now());
    clock.advance(5_000);
    expect(fresh('a')).toBe(undefined);
  });

  it('leaves a value that has to be cloned or decoded to `get`', () => {
    const clock = manualClock();
    const view = new View(memory({ isolation: 'clone' }), clock);
    view.put('a', { n: 1 });
    expect(view.keys.fresh?.('a', clock.now())).toBe(undefined);
    expect(view.value('a')).toEqual({ n: 1 });
  });

  it('does not see what a sweep or a clear has taken', async () => {
    const clock = manualClock();
    const view = new View(memory(), clock);
    for (let i = 0; i < 5_000; i++) view.put(`k${i}`, i);
    const swept = view.keys.deletePattern('k*', clock.now());
    expect(view.keys.fresh?.('k1', clock.now())).toBe(undefined);
    await swept;
    view.put('k1', 'new');
    expect(view.value('k1')).toBe('new');
  });
});
