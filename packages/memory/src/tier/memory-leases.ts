import type { Clock, Entry, LeaseAnswer, LeaseRequest, Leases } from '@uno-cache/core';
import type { Partition } from '../store/partition.ts';
import type { LeaseTable } from './lease-table.ts';
import type { Space } from './space.ts';

/** What leases need of the keyspace that they are part of. */
export interface Leased {
  get(key: string, now: number): Entry | undefined;
  set(key: string, entry: Entry, now: number, payload?: Uint8Array): number;
}

/** `Leases` over a table: what is asked and answered within one run of the event loop cannot be overtaken. */
export class MemoryLeases implements Leases {
  readonly #keyspace: Leased;
  readonly #partition: Partition;
  readonly #table: LeaseTable;
  readonly #clock: Clock;

  constructor(keyspace: Leased, { partition, leases }: Space, clock: Clock) {
    this.#keyspace = keyspace;
    this.#partition = partition;
    this.#table = leases;
    this.#clock = clock;
  }

  acquire(key: string, { now, ttlMs, exclusive, replaces, token }: LeaseRequest): LeaseAnswer {
    const entry = this.#keyspace.get(key, now);
    if (entry !== undefined && entry.freshUntil > now && entry.version !== replaces) return { state: 'hit', entry };
    const won = exclusive ? this.#table.acquire(key, now, ttlMs, token) : this.#table.join(key, now, ttlMs, token);
    // Versions are of this process alone: no message could be compared with the time of the grant.
    return won === undefined ? { state: 'held' } : { state: 'won', token: won, grantedAt: 0 };
  }

  renew(key: string, token: string, ttlMs: number, now: number): boolean {
    return this.#table.renew(key, token, now, ttlMs);
  }

  release(key: string, token: string): void {
    this.#table.release(key, token);
  }

  fill(key: string, entry: Entry, token: string, now: number, payload?: Uint8Array): number {
    this.#partition.index.check();
    if (!this.#table.stands(key, token, now)) return 0;
    return this.#keyspace.set(key, entry, now, payload);
  }

  wait(key: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const heldMs = this.#table.heldUntil(key, now) - now;
    if (heldMs <= 0) return Promise.resolve();
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        forget();
        timer.cancel();
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        done();
        reject(signal.reason);
      };
      const forget = this.#table.onEnd(key, done);
      const timer = this.#clock.setTimer(done, Math.min(timeoutMs, heldMs), false);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
