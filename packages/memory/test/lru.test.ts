import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryCache } from '../src/index.ts';

/** What an LRU of so many entries does, by the order of a Map. */
class NaiveLru {
  readonly map = new Map<number, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: number): number | undefined {
    const value = this.map.get(key);
    if (value !== undefined) this.#renew(key, value);
    return value;
  }

  set(key: number, value: number): void {
    this.#renew(key, value);
    if (this.map.size > this.#most) this.map.delete(this.map.keys().next().value!);
  }

  #renew(key: number, value: number): void {
    this.map.delete(key);
    this.map.set(key, value);
  }
}

const operation = fc.record({
  kind: fc.constantFrom('get', 'get', 'set', 'set', 'set', 'delete', 'peek', 'has', 'clear'),
  key: fc.nat(20),
  value: fc.nat(),
});

describe("policy 'lru'", () => {
  it('is exact', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(operation, { maxLength: 200 }), (most, operations) => {
        using cache = new MemoryCache<number, number>({ maxEntries: most, policy: 'lru' });
        const model = new NaiveLru(most);
        for (const { kind, key, value } of operations) {
          if (kind === 'get') expect(cache.get(key)).toBe(model.get(key));
          else if (kind === 'peek') expect(cache.peek(key)).toBe(model.map.get(key));
          else if (kind === 'has') expect(cache.has(key)).toBe(model.map.has(key));
          else if (kind === 'delete') expect(cache.delete(key)).toBe(model.map.delete(key));
          else if (kind === 'clear' && value % 4 === 0) {
            cache.clear();
            model.map.clear();
          } else {
            cache.set(key, value);
            model.set(key, value);
          }
          expect(new Map(cache.entries())).toEqual(model.map);
          expect(cache.size).toBe(model.map.size);
        }
      }),
    );
  });
});
