import { manualClock } from '@uno-cache/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryCache } from '../src/index.ts';
import { SWEEP_SLICE } from '../src/store/sweeper.ts';

const MANY = 3 * SWEEP_SLICE + 5;

function filled(clock: ReturnType<typeof manualClock>, options: object = {}): MemoryCache<string, number> {
  const cache = new MemoryCache<string, number>({ clock, maxEntries: MANY + 100, ...options });
  for (let i = 0; i < MANY; i++) cache.set(`${i % 2 === 0 ? 'even' : 'odd'}:${i}`, i);
  return cache;
}

describe('deletePattern', () => {
  it('is done for all who ask when it returns, and in slices behind them', () => {
    const clock = manualClock();
    using cache = filled(clock);
    cache.deletePattern('even:*');
    for (let i = 0; i < MANY; i++) expect(cache.has(`${i % 2 === 0 ? 'even' : 'odd'}:${i}`)).toBe(i % 2 === 1);
    using again = filled(clock);
    again.deletePattern('even:*');
    expect([...again.keys()].every((key) => key.startsWith('odd:'))).toBe(true);
    const sizes = [again.size];
    while (clock.pending > 0) {
      clock.advance(clock.untilNext!);
      sizes.push(again.size);
    }
    expect(sizes.length).toBeGreaterThan(2);
    expect(again.size).toBe(Math.floor(MANY / 2));
    for (let i = 1; i < sizes.length; i++) expect(sizes[i - 1]! - sizes[i]!).toBeLessThanOrEqual(SWEEP_SLICE);
  });

  it('leaves alone what is written while it runs', () => {
    const clock = manualClock();
    using cache = filled(clock);
    const last = `even:${MANY - 1 - ((MANY - 1) % 2)}`;
    cache.deletePattern('even:*');
    cache.set(last, -1);
    cache.set('even:new', -2);
    expect(cache.get(last)).toBe(-1);
    clock.advance(1_000);
    expect(cache.get(last)).toBe(-1);
    expect(cache.get('even:new')).toBe(-2);
    expect(clock.pending).toBe(0);
  });

  it('may be called again while it runs, and takes what was written in between', () => {
    const clock = manualClock();
    using cache = filled(clock);
    cache.deletePattern('even:*');
    cache.set('even:new', 1);
    cache.deletePattern('*:new');
    expect(cache.get('even:new')).toBe(undefined);
    cache.set('even:new', 2);
    for (let i = 0; i < 100; i++) cache.deletePattern(`odd:${i % 10}?`);
    expect(cache.get('even:new')).toBe(2);
    expect(cache.has('odd:11')).toBe(false);
    expect(cache.has('odd:111')).toBe(true);
    clock.advance(1_000);
    expect(cache.get('even:new')).toBe(2);
    expect(cache.size).toBe(Math.floor(MANY / 2) + 1 - 45);
  });

  it('takes all that begins alike when more than 64 patterns that do are under way, and nothing else', () => {
    const clock = manualClock();
    using cache = filled(clock);
    for (let i = 0; i < 64; i++) cache.deletePattern(`odd:*x${i}`);
    expect(cache.has('odd:1')).toBe(true);
    for (let i = 0; i < 64; i++) cache.deletePattern(`odd:*x${i}`);
    expect(cache.has('odd:1')).toBe(true);
    cache.deletePattern('odd:*y');
    expect(cache.has('odd:1')).toBe(false);
    cache.set('odd:1', 1);
    cache.deletePattern('odd:*z');
    expect(cache.has('odd:1')).toBe(true);
    clock.advance(10_000);
    expect(cache.size).toBe(Math.ceil(MANY / 2) + 1);
    expect(clock.pending).toBe(0);
  });

  it('takes string keys only', () => {
    using cache = new MemoryCache<unknown, number>();
    for (const key of ['1', 1, 1n, null]) cache.set(key, 1);
    cache.deletePattern('*');
    expect([...cache.keys()]).toEqual([1, 1n, null]);
  });

  it('refuses a pattern that is not a string', () => {
    using cache = new MemoryCache();
    expect(() => cache.deletePattern(/a/ as never)).toThrow(TypeError);
  });
});

describe('clear', () => {
  it('is done when it returns, however much there was', () => {
    const clock = manualClock();
    const left: unknown[] = [];
    using cache = filled(clock, { sizeOf: () => 3, onEvict: (key: string) => left.push(key) });
    cache.clear();
    expect(cache.size).toBe(0);
    expect(cache.bytes).toBe(0);
    expect([...cache]).toEqual([]);
    cache.set('odd:1', 7);
    expect(cache.size).toBe(1);
    expect(cache.bytes).toBe(3);
    clock.advance(1_000);
    expect([...cache]).toEqual([['odd:1', 7]]);
    expect(cache.bytes).toBe(3);
    expect(clock.pending).toBe(0);
    expect(left).toEqual([]);
  });

  it('makes room before anything has to leave', () => {
    const clock = manualClock();
    const left: unknown[] = [];
    using cache = filled(clock, { onEvict: (key: string) => left.push(key) });
    cache.clear();
    for (let i = 0; i < MANY; i++) cache.set(`new:${i}`, i);
    expect(left).toEqual([]);
    expect(cache.size).toBe(MANY);
  });
});

it('sweeps, writes and clears in any order are as in a naive model', () => {
  const operation = fc.record({
    kind: fc.constantFrom('set', 'set', 'delete', 'sweep', 'clear', 'slice', 'get'),
    key: fc.nat(MANY + 50),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const clock = manualClock();
      using cache = new MemoryCache<string, number>({ clock, maxEntries: MANY + 100 });
      const model = new Map<string, number>();
      const set = (name: string, value: number): void => {
        cache.set(name, value);
        model.set(name, value);
      };
      for (let i = 0; i < MANY; i++) set(`k${i}`, i);
      for (const [value, { kind, key }] of operations.entries()) {
        const name = `k${key}`;
        if (kind === 'set') set(name, value);
        else if (kind === 'delete') expect(cache.delete(name)).toBe(model.delete(name));
        else if (kind === 'get') expect(cache.get(name)).toBe(model.get(name));
        else if (kind === 'slice') clock.advance(clock.untilNext ?? 0);
        else if (kind === 'clear' && key % 3 === 0) {
          cache.clear();
          model.clear();
        } else {
          const [begin, end] = key % 3 === 0 ? [`k${key % 10}`, ''] : ['k', String(key % 10)];
          cache.deletePattern(`${begin}*${end}`);
          for (const each of model.keys()) if (each.startsWith(begin) && each.endsWith(end)) model.delete(each);
        }
      }
      expect(new Map(cache)).toEqual(model);
      clock.advance(10_000);
      expect(new Map(cache)).toEqual(model);
      expect(cache.size).toBe(model.size);
    }),
    { numRuns: 30 },
  );
});
