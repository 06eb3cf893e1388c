import type { Finding } from './finding.ts';
import type { HealthStatus } from './health.ts';

const RANK: Readonly<Record<HealthStatus, number>> = { up: 0, degraded: 1, down: 2 };

export function worse(one: HealthStatus, other: HealthStatus): HealthStatus {
  return RANK[one] >= RANK[other] ? one : other;
}

/** The status of a component: worse at once, down no longer than it is, and up again only after it was well for a while. */
export class ComponentState {
  readonly #recoverAfterMs: number;
  #status: HealthStatus = 'up';
  #reason: string | undefined;
  #since: number;
  /** Since when it has been found well; `undefined` while it is not. */
  #wellSince: number | undefined;

  constructor(now: number, recoverAfterMs: number) {
    this.#since = now;
    this.#wellSince = now;
    this.#recoverAfterMs = recoverAfterMs;
  }

  get status(): HealthStatus {
    return this.#status;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  /** Epoch milliseconds. */
  get since(): number {
    return this.#since;
  }

  note({ status, reason }: Finding, now: number): void {
    if (status !== 'up') {
      this.#wellSince = undefined;
      this.#become(status, reason, now);
      return;
    }
    this.#wellSince ??= now;
    if (this.#status === 'up') return;
    if (now - this.#wellSince >= this.#recoverAfterMs) this.#become('up', undefined, now);
    else this.#become('degraded', 'It is well again, but has not been for long.', now);
  }

  #become(status: HealthStatus, reason: string | undefined, now: number): void {
    if (status !== this.#status) this.#since = now;
    this.#status = status;
    this.#reason = reason;
  }
}
