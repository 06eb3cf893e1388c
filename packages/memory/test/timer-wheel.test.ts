import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerWheel } from '../src/expiry/timer-wheel.ts';

const START = 1_767_225_600_000;
const TICK_MS = 256;
const SLOTS = 20;

/** Does what the reaper does: takes what is due, and files again what has not ended. */
function drain(wheel: TimerWheel, ends: Map<number, number>, now: number): number[] {
  const ended: number[] = [];
  wheel.advance(now);
  const again: number[] = [];
  for (let slot = wheel.takeDue(); slot >= 0; slot = wheel.takeDue()) {
    if (ends.get(slot)! <= now) ended.push(slot);
    else again.push(slot);
  }
  for (const slot of again) wheel.schedule(slot, ends.get(slot)!);
  for (const slot of ended) ends.delete(slot);
  return ended;
}

const operation = fc.oneof(
  fc.record({
    kind: fc.constant('schedule' as const),
    slot: fc.nat(SLOTS - 1),
    // From a millisecond to some years, evenly over the orders of magnitude.
    ms: fc.double({ min: 0, max: 26, noNaN: true }).map((power) => Math.floor(Math.E ** power)),
  }),
  fc.record({ kind: fc.constant('cancel' as const), slot: fc.nat(SLOTS - 1), ms: fc.constant(0) }),
  fc.record({
    kind: fc.constant('advance' as const),
    slot: fc.constant(0),
    ms: fc.double({ min: 0, max: 24, noNaN: true }).map((power) => Math.floor(Math.E ** power)),
  }),
);

describe('TimerWheel', () => {
  it('brings everything soon after its end and nothing is lost, as in a naive model', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const wheel = new TimerWheel(SLOTS, START);
        const ends = new Map<number, number>();
        let now = START;
        for (const { kind, slot, ms } of operations) {
          if (kind === 'advance') {
            now += ms;
            drain(wheel, ends, now);
            for (const end of ends.values()) expect(end).toBeGreaterThan(now - TICK_MS);
          } else {
            wheel.cancel(slot);
            ends.delete(slot);
            if (kind === 'schedule') {
              ends.set(slot, now + ms);
              expect(wheel.schedule(slot, now + ms)).toBeGreaterThan(now - TICK_MS);
            }
          }
          const next = wheel.nextAt();
          if (ends.size === 0) expect(next).toBe(Infinity);
          else expect(next).toBeLessThanOrEqual(Math.max(...ends.values()) + 2 * TICK_MS);
        }
        for (let guard = 0; ends.size > 0 && guard < 1_000; guard++) {
          now = Math.max(now, wheel.nextAt());
          drain(wheel, ends, now);
        }
        expect(ends.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('looks early rather than never when the clock goes back', () => {
    const wheel = new TimerWheel(SLOTS, START);
    const ends = new Map([[0, START - 3_600_000 + 5_000]]);
    drain(wheel, ends, START);
    drain(wheel, ends, START - 3_600_000);
    wheel.schedule(0, ends.get(0)!);
    expect(wheel.nextAt()).toBeLessThan(START - 3_600_000 + 5_000 + 2 * TICK_MS);
    expect(drain(wheel, ends, START - 3_600_000 + 6_000)).toEqual([0]);
  });

  it('empties any number of buckets in one step', () => {
    const wheel = new TimerWheel(SLOTS, START);
    const ends = new Map<number, number>();
    for (let slot = 0; slot < SLOTS; slot++) {
      ends.set(slot, START + 10 ** (slot / 2));
      wheel.schedule(slot, ends.get(slot)!);
    }
    wheel.advance(START + 10 ** 12);
    expect(wheel.hasDue).toBe(true);
    expect(drain(wheel, ends, START + 10 ** 12)).toHaveLength(SLOTS);
    expect(wheel.nextAt()).toBe(Infinity);
  });
});
