/** How long a lock is waited for. Transactions take well under a millisecond, and checkpoints some. */
export const LOCK_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 0.2;
const LAST_PAUSE_MS = 10;

const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Waits for a lock that another process has, where the caller has to be answered at once. This is the one wait that
 * does not go through the clock: while it lasts, no timer could run.
 */
export class LockWait {
  readonly #until = performance.now() + LOCK_TIMEOUT_MS;
  #pauseMs = FIRST_PAUSE_MS;

  /** Sleeps a little; `false` when it has been long enough. */
  pause(): boolean {
    if (performance.now() >= this.#until) return false;
    Atomics.wait(never, 0, 0, this.#pauseMs * (0.5 + Math.random()));
    this.#pauseMs = Math.min(this.#pauseMs * 2, LAST_PAUSE_MS);
    return true;
  }
}
