import type { Clock, Timer } from '@uno-cache/core';
import { TimerWheel } from './timer-wheel.ts';

/** How many slots one run of the timer looks at. */
export const REAPER_SLICE = 1024;

/** Between two slices others have their turn. */
const LEAST_DELAY_MS = 1;

/** What the reaper asks of the store. */
export interface Reaped {
  /** Removes the slot if its time has come; else gives how many milliseconds it has left. */
  expire(slot: number): number;
}

/**
 * Removes what has expired although nobody reads it, in bounded slices on one timer, which is armed only while
 * something can expire and does not keep the process alive.
 */
export class Reaper {
  readonly #clock: Clock;
  readonly #store: Reaped;
  readonly #wheel: TimerWheel;
  #timer: Timer | undefined;
  #armedFor = Infinity;

  constructor(clock: Clock, store: Reaped, capacity: number) {
    this.#clock = clock;
    this.#store = store;
    this.#wheel = new TimerWheel(capacity, clock.now());
  }

  get growers(): ((capacity: number) => void)[] {
    return this.#wheel.growers;
  }

  /** @param deadline - in the time of the reaper's clock. */
  schedule(slot: number, deadline: number): void {
    this.#wheel.cancel(slot);
    const at = this.#wheel.schedule(slot, deadline);
    if (at < this.#armedFor) this.#arm(at, at - this.#clock.now());
  }

  cancel(slot: number): void {
    this.#wheel.cancel(slot);
  }

  /** Takes the timer back; nothing may be scheduled any longer. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(at: number, delayMs: number): void {
    this.#timer?.cancel();
    this.#armedFor = at;
    this.#timer = this.#clock.setTimer(() => this.#run(), Math.max(LEAST_DELAY_MS, delayMs), true);
  }

  #run(): void {
    this.#timer = undefined;
    this.#armedFor = Infinity;
    const now = this.#clock.now();
    this.#wheel.advance(now);
    for (let looked = 0; looked < REAPER_SLICE; looked++) {
      const slot = this.#wheel.takeDue();
      if (slot < 0) break;
      const left = this.#store.expire(slot);
      if (left > 0) this.schedule(slot, now + left);
    }
    const next = this.#wheel.hasDue ? now : this.#wheel.nextAt();
    if (next < this.#armedFor) this.#arm(next, next - now);
  }
}
