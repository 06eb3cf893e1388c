import type { Duration } from '../adapter/duration.ts';
import { durationMs } from '../adapter/duration.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { macrotask } from './macrotask.ts';
import { SeededRandom } from './seeded-random.ts';

/** 1 January 2026, 00:00 UTC. */
const DEFAULT_START = Date.UTC(2026, 0, 1);
const DEFAULT_SEED = 1;
/** So many timers without any time passing are taken for an endless loop. */
const MAX_TIMERS_AT_ONCE = 100_000;
/** Turns of the event loop that `flush` waits for: promises need one, what itself uses turns needs more. */
const FLUSH_TURNS = 3;

/** A duration with a unit: numbers are milliseconds here. */
export type DurationText = Extract<Duration, string>;

interface ManualTimer extends Timer {
  readonly callback: () => void;
  /** In milliseconds of the time that `advance` has let pass. */
  readonly dueAt: number;
  readonly background: boolean;
}

/**
 * A clock that moves only when told to.
 *
 * @param start - epoch milliseconds of the first `now()`. Default 1 January 2026, 00:00 UTC.
 * @param seed - of `random()`. Default 1.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { manualClock } from '@uno-cache/core/testing';
 *
 * const clock = manualClock();
 * let rang = false;
 * clock.setTimer(() => { rang = true; }, 1_000, false);
 * clock.advance('999ms');
 * assert.equal(rang, false);
 * clock.advance(1);
 * assert.equal(rang, true);
 * assert.equal(clock.pending, 0);
 * ```
 */
export function manualClock(start: number = DEFAULT_START, seed: number = DEFAULT_SEED): ManualClock {
  return new ManualClock(start, seed);
}

/**
 * What `manualClock()` gives. Timers count the time that `advance` lets pass; `step` and `set` only change what `now`
 * says, as when the machine's time is set, and leave every timer as far away as it was.
 */
export class ManualClock implements Clock {
  #passed = 0;
  #origin: number;
  #random: SeededRandom;
  readonly #script: number[] = [];
  readonly #timers = new Set<ManualTimer>();

  constructor(start: number, seed: number) {
    this.#origin = start;
    this.#random = new SeededRandom(seed);
  }

  now(): number {
    return this.#origin + this.#passed;
  }

  random(): number {
    return this.#script.shift() ?? this.#random.next();
  }

  setTimer(callback: () => void, delayMs: number, background: boolean): Timer {
    const dueAt = this.#passed + Math.max(delayMs, 0);
    const timer: ManualTimer = { callback, dueAt, background, cancel: () => void this.#timers.delete(timer) };
    this.#timers.add(timer);
    return timer;
  }

  /** Number of timers that have neither run nor been cancelled: 0 when nothing leaks. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer is due; `undefined` when there is none. */
  get untilNext(): number | undefined {
    const next = this.#next();
    return next && Math.max(0, next.dueAt - this.#passed);
  }

  /** Milliseconds until each pending timer is due, nearest first. */
  timers(): { delayMs: number; background: boolean }[] {
    const delays = [...this.#timers].map(({ dueAt, background }) => ({ delayMs: dueAt - this.#passed, background }));
    return delays.sort((a, b) => a.delayMs - b.delayMs);
  }

  /**
   * Lets time pass and runs what falls due, in order, each at its own time. Promises are not waited for.
   *
   * @param by - milliseconds, or a duration with a unit such as `'5s'`.
   */
  advance(by: number | DurationText): void {
    const until = this.#passed + milliseconds(by);
    for (let ran = 0; this.#runNext(until); ran++) guardAgainstLoop(ran);
    this.#passed = until;
  }

  /** As `advance`, and lets promises settle before, between and after the timers. */
  async advanceAsync(by: number | DurationText): Promise<void> {
    const until = this.#passed + milliseconds(by);
    await this.flush();
    for (let ran = 0; this.#runNext(until); ran++) {
      guardAgainstLoop(ran);
      await this.flush();
    }
    this.#passed = until;
    await this.flush();
  }

  /** Lets promises settle; no time passes. */
  async flush(): Promise<void> {
    for (let turn = 0; turn < FLUSH_TURNS; turn++) await macrotask();
  }

  /** The machine's time jumps by so many milliseconds, forwards or backwards. No timer runs or moves. */
  step(ms: number): void {
    this.#origin += ms;
  }

  /** The machine's time is set to so many epoch milliseconds. No timer runs or moves. */
  set(epochMs: number): void {
    this.#origin = epochMs - this.#passed;
  }

  /** Begins the sequence of random numbers anew. */
  seed(seed: number): void {
    this.#random = new SeededRandom(seed);
    this.#script.length = 0;
  }

  /** Scripts the next random numbers; after them the seeded sequence goes on. */
  randoms(values: Iterable<number>): void {
    this.#script.push(...values);
  }

  #runNext(until: number): boolean {
    const timer = this.#next();
    if (timer === undefined || timer.dueAt > until) return false;
    this.#timers.delete(timer);
    this.#passed = Math.max(this.#passed, timer.dueAt);
    timer.callback();
    return true;
  }

  #next(): ManualTimer | undefined {
    let next: ManualTimer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.dueAt < next.dueAt) next = timer;
    return next;
  }
}

function guardAgainstLoop(ran: number): void {
  if (ran > MAX_TIMERS_AT_ONCE) throw new Error(`More than ${MAX_TIMERS_AT_ONCE} timers in one advance: a loop?`);
}

function milliseconds(by: number | DurationText): number {
  if (typeof by === 'string') return durationMs(by, 'advance');
  if (!(by >= 0)) throw new TypeError(`Time passes by at least 0 ms, not ${by}; step() goes backwards.`);
  return by;
}
