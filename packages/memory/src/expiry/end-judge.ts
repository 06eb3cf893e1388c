import type { Clock, Timer } from '@uno-cache/core';

/** Closer to its end than this, an entry is always judged by a reading of its own. */
const SAFE_MS = 10_000;

/**
 * Tells whether an end has passed. Exact, unless a resolution allows one reading of the clock to serve for a while:
 * reading it costs about as much as all the rest of a hit.
 */
export class EndJudge {
  readonly #clock: Clock;
  readonly #resolutionMs: number;
  /** Ends later than this have not come, without asking the clock. */
  #safeBefore = Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock, resolutionMs: number) {
    this.#clock = clock;
    this.#resolutionMs = resolutionMs;
  }

  isPast(end: number): boolean {
    if (end > this.#safeBefore) return false;
    const now = this.#clock.now();
    if (this.#resolutionMs > 0) this.#keep(now);
    return end <= now;
  }

  close(): void {
    this.#timer?.cancel();
    this.#safeBefore = Infinity;
  }

  #keep(now: number): void {
    this.#safeBefore = now + SAFE_MS;
    this.#timer ??= this.#clock.setTimer(() => this.#forget(), this.#resolutionMs, true);
  }

  #forget(): void {
    this.#timer = undefined;
    this.#safeBefore = Infinity;
  }
}
