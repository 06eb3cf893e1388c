import type { Clock, Timer } from '../ports/clock.ts';
import type { Leases } from '../ports/keyspace.ts';
import { LeaseWatch } from './lease-watch.ts';

/** How long a waiter sleeps at first where a tier cannot wake it; then twice as long each time. */
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 200;

/** How long one load waits for the leases of others, all in all: by a timer, since what the clock says may step. */
export class LeaseWait {
  /** Whether it has waited for long enough. */
  isOver = false;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #end: PromiseWithResolvers<void> = Promise.withResolvers();
  #timer: Timer | undefined;
  #pollMs = FIRST_POLL_MS;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Watches for the end of the lease that another holds now; the time runs from the first call on. */
  watch(leases: Leases, key: string, leaseTtlMs: number): LeaseWatch {
    this.#timer ??= this.#clock.setTimer(() => this.#over(), this.#limitMs, false);
    // A lease that nobody renews is over by `leaseTtl`, should the tier forget to wake us.
    const times = { pollMs: this.#pollMs, limitMs: leaseTtlMs };
    this.#pollMs = Math.min(this.#pollMs * 2, LAST_POLL_MS);
    return new LeaseWatch(leases, key, this.#clock, times);
  }

  /** Resolves when it is time to ask again, or to stop waiting. */
  orOver(watch: LeaseWatch): Promise<unknown> {
    return Promise.race([watch.over, this.#end.promise]);
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  #over(): void {
    this.isOver = true;
    this.#end.resolve();
  }
}
