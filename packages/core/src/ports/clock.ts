/** A timer that has been set and not yet run. */
export interface Timer {
  /** Takes the timer back; does nothing once it has run. */
  cancel(): void;
}

/**
 * Time and chance, as the cache sees them. Every wait, every `now` and every random number of the framework goes
 * through a clock, so that a test can replay them: `systemClock` is the machine's, `manualClock()` in
 * `@uno-cache/core/testing` moves only when told to.
 */
export interface Clock {
  /** Epoch milliseconds. May have a fraction; may step when the machine's time is set. */
  now(): number;

  /** A number in `[0, 1)`, uniformly distributed. */
  random(): number;

  /**
   * Runs `callback` once, after at least `delayMs` milliseconds.
   *
   * @param background - `true` when nobody waits for the callback: such a timer does not keep the process alive.
   */
  setTimer(callback: () => void, delayMs: number, background: boolean): Timer;
}
