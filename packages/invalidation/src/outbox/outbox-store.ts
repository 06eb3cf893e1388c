import type { MaybePromise } from '@uno-cache/core';

/** An event that waits to be delivered. */
export interface OutboxRow {
  /** Grows with each event. */
  readonly id: number;
  readonly event: string;
  /** JSON; `null` for no payload. */
  readonly payload: string | null;
}

/** What an outbox asks of a database. */
export interface OutboxStore {
  /** Creates what is not there. */
  migrate(): MaybePromise<void>;

  /**
   * Takes or prolongs the right to deliver, for `leaseMs`; at most one has it, and nobody on a connection with an open
   * transaction. Whether the holder has it.
   */
  claim(holder: string, leaseMs: number): MaybePromise<boolean>;

  release(holder: string): MaybePromise<void>;

  /**
   * The oldest events behind an id that have not been delivered or given up. None while an application's transaction is
   * open on this very connection: what that wrote would be among them.
   */
  read(limit: number, after: number): MaybePromise<OutboxRow[]>;

  /** They have been delivered. */
  remove(ids: readonly number[]): MaybePromise<void>;

  /** It can never be delivered; stays in the table with the reason. */
  giveUp(id: number, reason: string): MaybePromise<void>;
}
