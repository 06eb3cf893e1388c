import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyName } from '../src/index.ts';
import { MemoryCache } from '../src/index.ts';

const POLICIES: readonly PolicyName[] = ['w-tinylfu', 's3-fifo', 'lru'];

const operation = fc.record({
  kind: fc.constantFrom('get', 'set', 'set', 'set', 'delete', 'clear'),
  key: fc.nat(60),
  size: fc.nat(40),
});

const bounds = fc.constantFrom(
  { maxEntries: 10 },
  { maxBytes: 100 },
  { maxEntries: 7, maxBytes: 100 },
  { maxEntries: 1 },
);

describe.each(POLICIES)("bounds with policy '%s'", (policy) => {
  it('are kept, and what is counted is the sum of what is there', () => {
    fc.assert(
      fc.property(bounds, fc.array(operation, { maxLength: 300 }), (limits, operations) => {
        const left: unknown[] = [];
        using cache = new MemoryCache<number, { size: number }>({
          ...limits,
          policy,
          sizeOf: ({ size }) => size,
          onEvict: (key, value, cause) => left.push([key, value, cause]),
        });
        const model = new Map<number, { size: number }>();
        for (const { kind, key, size } of operations) {
          left.length = 0;
          if (kind === 'get') {
            // What is there is what was set; what is not there left with a reason.
            expect(cache.get(key)).toBe(model.get(key));
          } else if (kind === 'delete') expect(cache.delete(key)).toBe(model.delete(key));
          else if (kind === 'clear') {
            if (size > 0) continue;
            cache.clear();
            model.clear();
          } else {
            const value = { size };
            expect(cache.set(key, value)).toBe(true);
            model.set(key, value);
          }
          for (const [gone] of left as [number][]) expect(model.delete(gone)).toBe(true);
          let bytes = 0;
          for (const [, each] of cache) bytes += each.size;
          expect(cache.bytes).toBe(bytes);
          expect(new Map(cache)).toEqual(model);
          expect(cache.size).toBeLessThanOrEqual(limits.maxEntries ?? Infinity);
          expect(cache.bytes).toBeLessThanOrEqual(limits.maxBytes ?? Infinity);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuse what is larger than all the room, and take the old value of its key away', () => {
    const left: unknown[] = [];
    using cache = new MemoryCache<string, string>({
      maxBytes: 100,
      sizeOf: (value) => value.length,
      policy,
      onEvict: (key, _, cause) => left.push([key, cause]),
    });
    for (let i = 0; i < 9; i++) cache.set(`k${i}`, 'x'.repeat(10));
    expect(cache.set('k1', 'x'.repeat(101))).toBe(false);
    expect(cache.has('k1')).toBe(false);
    expect(cache.size).toBe(8);
    expect(left).toEqual([['k1', 'refused']]);
    expect(cache.set('k1', 'x'.repeat(20))).toBe(true);
    expect(cache.bytes).toBe(100);
  });

  it('hold when an entry grows in place', () => {
    using cache = new MemoryCache<string, number>({ maxBytes: 100, sizeOf: (value) => value, policy });
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, 10);
    cache.set('k5', 60);
    expect(cache.bytes).toBeLessThanOrEqual(100);
  });

  it('hold through the growth of the columns', () => {
    using cache = new MemoryCache<number, number>({ maxEntries: 5_000, policy });
    for (let key = 0; key < 12_000; key++) {
      cache.set(key, key);
      if (key % 7 === 0) cache.get(key >> 1);
      if (key % 11 === 0) cache.delete(key - 3);
    }
    expect(cache.size).toBeLessThanOrEqual(5_000);
    for (const [key, value] of cache) expect(value).toBe(key);
    expect([...cache.keys()]).toHaveLength(cache.size);
  });

  it('are the same when a listener sets and deletes while entries leave', () => {
    using cache: MemoryCache<number, number> = new MemoryCache<number, number>({
      maxEntries: 20,
      policy,
      onEvict: (key) => {
        if (key % 3 === 0) cache.set(key + 1_000, key);
        if (key % 5 === 0) cache.delete(key + 1);
      },
    });
    for (let key = 0; key < 500; key++) cache.set(key, key);
    expect(cache.size).toBeLessThanOrEqual(20);
    expect([...cache.keys()]).toHaveLength(cache.size);
  });
});

it('the default bound is 10,000 entries', () => {
  using cache = new MemoryCache<number, number>();
  for (let key = 0; key < 10_500; key++) cache.set(key, key);
  expect(cache.size).toBe(10_000);
});
