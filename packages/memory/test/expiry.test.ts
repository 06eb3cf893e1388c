import type { Clock } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REAPER_SLICE } from '../src/expiry/reaper.ts';
import { MemoryCache } from '../src/index.ts';

const operation = fc.record({
  kind: fc.constantFrom('get', 'set', 'set', 'touch', 'delete', 'advance', 'step'),
  key: fc.nat(8),
  seconds: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.constant(Infinity)).map((tenths) => tenths / 10),
});

describe('expiry', () => {
  it('is never late for a reader, whatever the clock does, and loses nothing that lives', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const clock = manualClock();
        using cache = new MemoryCache<number, number>({ clock });
        const model = new Map<number, { value: number; end: number }>();
        const alive = (key: number): number | undefined => {
          const entry = model.get(key);
          return entry !== undefined && entry.end > clock.now() ? entry.value : undefined;
        };
        for (const [value, { kind, key, seconds }] of operations.entries()) {
          const ms = seconds === Infinity ? 777_000 : seconds * 1_000;
          if (kind === 'advance') clock.advance(ms);
          else if (kind === 'step') clock.step(ms);
          else if (kind === 'get') {
            expect(cache.get(key)).toBe(alive(key));
          } else if (kind === 'set') {
            cache.set(key, value, { ttl: seconds });
            model.set(key, { value, end: clock.now() + seconds * 1_000 });
          } else if (kind === 'touch') {
            expect(cache.touch(key, seconds)).toBe(alive(key) !== undefined);
            const value = alive(key);
            if (value !== undefined) model.set(key, { value, end: clock.now() + seconds * 1_000 });
          } else {
            expect(cache.delete(key)).toBe(alive(key) !== undefined);
            model.delete(key);
          }
          for (let each = 0; each <= 8; each++) {
            expect(cache.peek(each)).toBe(alive(each));
            expect(cache.has(each)).toBe(alive(each) !== undefined);
          }
        }
        const living = [...model.keys()].filter((key) => alive(key) !== undefined);
        expect([...cache.keys()].sort()).toEqual(living.sort());
        clock.advance('3650d');
        clock.step(1);
        expect(cache.size).toBe([...model.values()].filter(({ end }) => end === Infinity).length);
      }),
    );
  });

  it('happens without anybody reading, with its cause, and leaves no timer behind', () => {
    const clock = manualClock();
    const left: unknown[] = [];
    using cache = new MemoryCache<string, number>({ clock, ttl: '10s', onEvict: (...gone) => left.push(gone) });
    expect(clock.pending).toBe(0);
    cache.set('a', 1);
    cache.set('never', 2, { ttl: Infinity });
    expect(clock.timers()).toEqual([{ delayMs: expect.any(Number), background: true }]);
    clock.advance('9900ms');
    expect(cache.size).toBe(2);
    clock.advance('1s');
    expect(cache.size).toBe(1);
    expect(left).toEqual([['a', 1, 'expired']]);
    expect(clock.pending).toBe(0);
  });

  it('comes in bounded slices when very many end at once', () => {
    const clock = manualClock();
    const entries = 4 * REAPER_SLICE + 10;
    using cache = new MemoryCache<number, number>({ clock, ttl: '10s', maxEntries: entries });
    for (let key = 0; key < entries; key++) cache.set(key, key);
    clock.advance('10s');
    const sizes: number[] = [];
    for (let slices = 0; slices < 20 && clock.pending > 0; slices++) {
      clock.advance(clock.untilNext!);
      sizes.push(cache.size);
    }
    expect(cache.size).toBe(0);
    let before = entries;
    for (const size of sizes) {
      expect(before - size).toBeLessThanOrEqual(REAPER_SLICE);
      before = size;
    }
  });

  it('waits for entries that are far away without a timer of their own', () => {
    const clock = manualClock();
    using cache = new MemoryCache<number, number>({ clock, maxEntries: 2_000 });
    for (let key = 0; key < 1_000; key++) cache.set(key, key, { ttl: 86_400 * (1 + key / 100) });
    expect(clock.pending).toBe(1);
    clock.advance('5d');
    expect(cache.size).toBeLessThan(620);
    clock.advance('10d');
    expect(cache.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is exact at the boundary: an entry ends at its end and not after', () => {
    const clock = manualClock();
    using cache = new MemoryCache<string, number>({ clock });
    cache.set('k', 1, { ttl: '250ms' });
    clock.step(249);
    expect(cache.get('k')).toBe(1);
    clock.step(1);
    expect(cache.get('k')).toBe(undefined);
  });

  it('reads the clock for every read, unless a resolution was asked for', () => {
    const exact = manualClock();
    using cache = new MemoryCache<string, number>({ clock: exact, ttl: '1h' });
    cache.set('k', 1);
    expect(cache.get('k')).toBe(1);
    exact.step(3_600_000);
    expect(cache.get('k')).toBe(undefined);
  });

  it('with a resolution reads once for what ends late, and always for what ends soon', () => {
    const clock = manualClock();
    let readings = 0;
    const counted: Clock = {
      now: () => {
        readings++;
        return clock.now();
      },
      random: () => clock.random(),
      setTimer: (callback, delayMs, background) => clock.setTimer(callback, delayMs, background),
    };
    using cache = new MemoryCache<string, number>({ clock: counted, ttl: '1h', ttlResolution: '5ms' });
    cache.set('late', 1);
    cache.set('soon', 2, { ttl: '9s' });
    readings = 0;
    for (let i = 0; i < 10; i++) cache.get('late');
    expect(readings).toBe(1);
    for (let i = 0; i < 10; i++) cache.get('soon');
    expect(readings).toBe(11);
    clock.step(9_000);
    expect(cache.get('soon')).toBe(undefined);
    clock.advance('5ms');
    clock.step(3_600_000);
    expect(cache.get('late')).toBe(undefined);
  });
});
