import type { Clock, Timer } from '../ports/clock.ts';

/** Failures in a row, time-outs apart, that open the breaker. */
const FAILURES_TO_OPEN = 3;
const FIRST_PROBE_MS = 250;
const LAST_PROBE_MS = 5_000;

/**
 * Skips a tier that is down. A time-out opens it at once, other failures when three come in a row. While it is open a
 * probe in the background asks the tier, so no caller pays for finding out; it closes when a probe succeeds.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #probe: () => Promise<void>;
  readonly #onChange: (state: 'open' | 'closed', error?: unknown) => void;
  #failures = 0;
  #open = false;
  #closed = false;
  #delayMs = FIRST_PROBE_MS;
  #probing = false;
  #timer: Timer | undefined;

  /** @param probe - rejects while the tier is down; also does what has to be done before callers may come back. */
  constructor(clock: Clock, probe: () => Promise<void>, onChange: (state: 'open' | 'closed', error?: unknown) => void) {
    this.#clock = clock;
    this.#probe = probe;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(error: unknown, timedOut: boolean): void {
    this.#failures++;
    if (this.#open || this.#closed) return;
    if (!timedOut && this.#failures < FAILURES_TO_OPEN) return;
    this.#open = true;
    this.#delayMs = FIRST_PROBE_MS;
    this.#schedule();
    this.#onChange('open', error);
  }

  /** Begins anew with the shortest delay, because something says that the tier may be back. */
  probeSoon(): void {
    if (!this.#open || this.#closed) return;
    this.#delayMs = FIRST_PROBE_MS;
    if (this.#probing) return;
    this.#timer?.cancel();
    this.#schedule();
  }

  /** Ends the probing for good. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Jittered, so that the processes that lost a server together do not come back in step. */
  #schedule(): void {
    const delay = this.#delayMs * (0.75 + this.#clock.random() / 2);
    this.#timer = this.#clock.setTimer(() => void this.#halfOpen(), delay, true);
  }

  async #halfOpen(): Promise<void> {
    this.#probing = true;
    try {
      await this.#probe();
    } catch {
      this.#probing = false;
      if (this.#closed) return;
      this.#delayMs = Math.min(LAST_PROBE_MS, this.#delayMs * 2);
      this.#schedule();
      return;
    }
    this.#probing = false;
    if (this.#closed) return;
    this.#open = false;
    this.#failures = 0;
    this.#onChange('closed');
  }
}
