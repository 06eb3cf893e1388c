import type { Clock, Timer } from '../ports/clock.ts';
import type { Leases } from '../ports/keyspace.ts';

/** How long to sleep where a tier cannot wake its waiters, and how long at most. */
export interface LeaseWatchTimes {
  readonly pollMs: number;
  readonly limitMs: number;
}

/** Waits for the end of a lease that another holds: by the tier's word where it wakes its waiters, else by a nap. */
export class LeaseWatch {
  /** Resolves when it is time to ask again. */
  readonly over: Promise<unknown>;
  /** Whether the tier will tell: then the lease has to be asked for once more, for it may have ended just before. */
  readonly listens: boolean;
  readonly #clock: Clock;
  readonly #timers: Timer[] = [];
  readonly #controller = new AbortController();

  constructor(leases: Leases, key: string, clock: Clock, { pollMs, limitMs }: LeaseWatchTimes) {
    this.#clock = clock;
    this.listens = leases.wait !== undefined;
    if (leases.wait === undefined) {
      this.over = this.#sleep(Math.min(pollMs * (0.5 + clock.random()), limitMs));
    } else {
      // The tier keeps the time; the sleep is for one that does not.
      const woken = leases.wait(key, limitMs, this.#controller.signal).catch(() => this.#sleep(pollMs));
      this.over = Promise.race([woken, this.#sleep(limitMs)]);
    }
  }

  cancel(): void {
    this.#controller.abort();
    for (const timer of this.#timers) timer.cancel();
  }

  #sleep(ms: number): Promise<void> {
    if (this.#controller.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#timers.push(this.#clock.setTimer(resolve, ms, false));
    });
  }
}
