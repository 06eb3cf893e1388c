import assert from 'node:assert';
import * as zlib from 'node:zlib';
import type { Serializer } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CompressedOptions } from '../src/index.ts';
import { compressed, json } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';

const algorithms = ['zstd', 'brotli', 'gzip', 'deflate'] as const;
const MB = 1024 * 1024;
const text = 'what repeats itself is made smaller; '.repeat(200);

/** Keeps bytes as they are. */
const raw: Serializer = {
  id: 'raw',
  encode: (value) => value as Uint8Array,
  decode: (bytes) => new Uint8Array(bytes),
};

describe.each(algorithms)('%s', (algorithm) => {
  const serializer = compressed(json(), { algorithm });

  it('is the first part of the id', () => {
    expect(serializer.id).toBe(`${algorithm}+plain-json`);
    expect(serializer.accepts).toBeUndefined();
  });

  it('makes smaller, and gives back', () => {
    const bytes = serializer.encode(text, KEY);
    expect(bytes[0]).toBe(1);
    expect(bytes.length).toBeLessThan(text.length / 10);
    expect(serializer.decode(bytes, KEY)).toBe(text);
  });

  it('gives back any bytes, at any level and threshold', () => {
    const [min, max] = { zstd: [1, 19], brotli: [0, 11], gzip: [1, 9], deflate: [1, 9] }[algorithm];
    const options = fc.record({
      level: fc.integer({ min: min!, max: max! }),
      threshold: fc.constantFrom(0, 10, Infinity),
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(20), options, (part, times, { level, threshold }) => {
        const value = new Uint8Array(Buffer.concat(Array.from({ length: times }, () => part)));
        const each = compressed(raw, { algorithm, level, threshold });
        assert.deepStrictEqual(roundTrip(each, value), value);
      }),
      { numRuns: 100 },
    );
  });

  it('is read whatever level and threshold it was written with', () => {
    const bytes = compressed(json(), { algorithm, level: 9, threshold: 0 }).encode(text, KEY);
    expect(serializer.decode(bytes, KEY)).toBe(text);
  });

  it('unpacks a bomb up to its size, and no further', () => {
    const zeros = compressed(raw, { algorithm }).encode(new Uint8Array(50 * MB), KEY);
    const small = compressed(raw, { algorithm, maxSize: '1mb' });
    expect(() => small.decode(zeros, KEY)).toThrow('more than maxSize');
    // It says that it is small.
    new DataView(zeros.buffer).setUint32(1, 100, true);
    const before = process.memoryUsage().rss;
    expect(() => small.decode(zeros, KEY)).toThrow(Error);
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * MB);
  });

  it('takes no memory for what is merely said to come out', () => {
    const bytes = serializer.encode(text, KEY).slice(0, 40);
    new DataView(bytes.buffer).setUint32(1, 60 * MB, true);
    const before = process.memoryUsage().rss;
    // Within one turn of the event loop, when zlib cannot clean up yet: what a batch of bad entries is.
    for (let i = 0; i < 1_000; i++) expect(() => serializer.decode(bytes, KEY)).toThrow(Error);
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * MB);
  });

  it('refuses a stream that is shorter than it says, or cut off', () => {
    const bytes = serializer.encode(text, KEY);
    expect(() => serializer.decode(bytes.subarray(0, -3), KEY)).toThrow(Error);
    new DataView(bytes.buffer).setUint32(1, text.length + 100, true);
    expect(() => serializer.decode(bytes, KEY)).toThrow('unpacked to');
    new DataView(bytes.buffer).setUint32(1, 0, true);
    expect(() => serializer.decode(bytes, KEY)).toThrow(Error);
  });
});

it('is zstd when nothing is said', () => {
  expect(compressed(taggedJson).id).toBe('zstd+json');
});

it('stores small values as they are, behind a mark', () => {
  const bytes = compressed(json()).encode('x'.repeat(1021), KEY);
  expect(Buffer.from(bytes).toString('latin1')).toBe(`\0"${'x'.repeat(1021)}"`);
  expect(compressed(json()).encode('x'.repeat(1022), KEY)[0]).toBe(1);
});

it('stores as it is what does not get smaller', () => {
  const noise = crypto.getRandomValues(new Uint8Array(5_000));
  const bytes = compressed(raw).encode(noise, KEY);
  expect(bytes[0]).toBe(0);
  expect(bytes.length).toBe(5_001);
});

it('refuses to write what it would not read', () => {
  const serializer = compressed(raw, { maxSize: '2kb' });
  expect(() => serializer.encode(new Uint8Array(2049), KEY)).toThrow('2049 bytes are more than maxSize, 2048');
  assert.deepStrictEqual(roundTrip(serializer, new Uint8Array(2048)), new Uint8Array(2048));
});

it('hands key and id to what it wraps', () => {
  const seen: unknown[][] = [];
  const inner: Serializer = {
    id: 'inner',
    accepts: ['old', 'older'],
    encode: (_, key) => {
      seen.push([key]);
      return new Uint8Array(2_000);
    },
    decode: (_, key, id) => seen.push([key, id]),
  };
  const serializer = compressed(inner);
  expect(serializer.accepts).toEqual(['zstd+old', 'zstd+older']);
  const bytes = serializer.encode(1, 'a');
  serializer.decode(bytes, 'b');
  serializer.decode(bytes, 'c', 'zstd+older');
  serializer.decode(new Uint8Array([0]), 'd', 'zstd+inner');
  expect(seen).toEqual([['a'], ['b', undefined], ['c', 'older'], ['d', 'inner']]);
});

it.each<[CompressedOptions, string]>([
  [{ algorithm: 'zstandard' as 'zstd' }, 'compressed(): algorithm must be one of'],
  [{ algorithm: 'bzip' as 'gzip' }, 'did you mean "gzip"?'],
  [{ level: 0 }, 'level of zstd must be an integer from 1 to 22; got 0'],
  [{ algorithm: 'gzip', level: 10 }, 'level of gzip must be an integer from 1 to 9'],
  [{ algorithm: 'brotli', level: 1.5 }, 'level of brotli'],
  [{ threshold: -1 }, 'compressed(): threshold must be'],
  [{ maxSize: 0 }, 'compressed(): maxSize must be'],
  [{ treshold: 1 } as CompressedOptions, 'did you mean "threshold"?'],
])('refuses wrong options: %j', (options, message) => {
  expect(() => compressed(json(), options)).toThrow(TypeError);
  expect(() => compressed(json(), options)).toThrow(message);
});

it('refuses what is no serializer', () => {
  expect(() => compressed(json as unknown as Serializer)).toThrow('compressed(): inner must be a Serializer');
  expect(() => compressed(JSON as unknown as Serializer)).toThrow(TypeError);
});

it('says where Node has no zstd, and offers the others', async () => {
  vi.resetModules();
  vi.doMock('node:zlib', () => ({ ...zlib, zstdCompressSync: undefined }));
  const without = await import('../src/index.ts');
  expect(() => without.compressed(json())).toThrow(TypeError);
  expect(() => without.compressed(json())).toThrow('algorithm "zstd" needs Node 22.15 or later');
  expect(without.compressed(json(), { algorithm: 'gzip' }).id).toBe('gzip+plain-json');
  vi.doUnmock('node:zlib');
});
