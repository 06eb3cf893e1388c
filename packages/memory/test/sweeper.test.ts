import { manualClock } from '@uno-cache/core/testing';
import { describe, expect, it } from 'vitest';
import type { Partition } from '../src/store/partition.ts';
import { SWEEP_SLICE, Sweeper } from '../src/store/sweeper.ts';

const SLOTS = 50 * SWEEP_SLICE;

/** A sweeper over slots with the keys `0:x`, `1:x` … */
function overMany() {
  const clock = manualClock();
  const owner = {} as Partition;
  const keys = new Map<number, string>(Array.from({ length: SLOTS }, (_, slot) => [slot, `${slot}:x`]));
  const work = { looks: 0, matches: 0 };
  const store = {
    top: SLOTS,
    ownerOf: (slot: number) => (keys.has(slot) ? owner : undefined),
    keyOf(slot: number) {
      work.looks++;
      return keys.get(slot);
    },
    remove: (slot: number) => void keys.delete(slot),
  };
  const sweeper = new Sweeper(store, clock);
  const start = (prefix: string, end: string): void => {
    const matches = (key: string): boolean => {
      work.matches++;
      return key.endsWith(end);
    };
    sweeper.start(owner, { pattern: `${prefix}*${end}`, prefix, matches });
  };
  /** What `step` costs. */
  const workOf = (step: () => void): typeof work => {
    const { looks, matches } = work;
    step();
    return { looks: work.looks - looks, matches: work.matches - matches };
  };
  return { clock, keys, sweeper, start, workOf };
}

describe('a sweeper', () => {
  it('does no more than a slice at a time, however many patterns are under way', () => {
    const { clock, keys, sweeper, start, workOf } = overMany();
    const most = { looks: 0, matches: 0 };
    const note = (step: () => void): void => {
      const { looks, matches } = workOf(step);
      most.looks = Math.max(most.looks, looks);
      most.matches = Math.max(most.matches, matches);
    };
    for (let i = 0; i < 12_000; i++) note(() => start(`${i}:`, ''));
    expect(sweeper.covers(11_999)).toBe(true);
    expect(sweeper.covers(12_000)).toBe(false);
    while (clock.pending > 0) note(() => clock.advance(clock.untilNext!));
    expect(most.looks).toBeLessThanOrEqual(SWEEP_SLICE);
    expect(most.matches).toBeLessThanOrEqual(SWEEP_SLICE);
    expect(keys.size).toBe(SLOTS - 12_000);
  });

  it('goes round once for all of them, when they begin differently', () => {
    const { clock, start, workOf } = overMany();
    const { looks, matches } = workOf(() => {
      for (let i = 0; i < 1_000; i++) start(`${i}:`, '');
      while (clock.pending > 0) clock.advance(clock.untilNext!);
    });
    expect(looks).toBeLessThan(2 * SLOTS);
    expect(matches).toBe(1_000);
  });

  it('looks at fewer keys at a time when it holds each against many patterns', () => {
    const { clock, start, workOf } = overMany();
    for (let i = 0; i < 64; i++) start('', `y${i}`);
    while (clock.pending > 0) {
      expect(workOf(() => clock.advance(clock.untilNext!)).matches).toBeLessThanOrEqual(10 * SWEEP_SLICE);
    }
  });
});
