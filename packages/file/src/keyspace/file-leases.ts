import type { Clock, Entry, LeaseAnswer, LeaseRequest, Leases, MaybePromise } from '@uno-cache/core';
import { randomToken } from '@uno-cache/core/adapter';
import type { EntryTable } from '../entries/entry-table.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { fenceToken, isFenceIntact } from './fence.ts';
import type { KeyWriter } from './key-writer.ts';
import { waitForEnd } from './lease-wait.ts';
import type { Mode, Write } from './mode.ts';
import type { Encoded } from './row-codec.ts';

/** What leases need of the keyspace that they are part of. */
export interface Leased {
  readonly store: Store;
  readonly entries: EntryTable;
  readonly mode: Mode;
  readonly writer: KeyWriter;
  readonly prefix: string;
  readonly clock: Clock;
  read(connection: Connection, key: string, now: number): Entry | undefined;
  storing(
    key: string,
    entry: Entry,
    now: number,
    payload: Uint8Array | undefined,
    write: (encoded: Encoded) => Write<number>,
  ): MaybePromise<number>;
}

interface LeaseRow {
  readonly token: string;
  readonly until: number;
}

const LAST_SEQ = "SELECT seq FROM ledger WHERE name = ''";
const GRANT =
  'INSERT INTO leases(key, token, until) VALUES (?, ?, ?) ' +
  'ON CONFLICT(key) DO UPDATE SET token = excluded.token, until = excluded.until';
const RENEW = 'UPDATE leases SET until = ? WHERE key = ? AND token = ? AND until > ?';
/** Between two removals of leases that nobody gave back. */
const GRANTS_PER_SWEEP = 64;

/** `Leases` as rows of a table; to copy, a lease is only the number of the last write, and nothing is written for it. */
export class FileLeases implements Leases {
  readonly #space: Leased;
  #grants = 0;

  constructor(space: Leased) {
    this.#space = space;
  }

  acquire(key: string, request: LeaseRequest): MaybePromise<LeaseAnswer> {
    const { store, mode } = this.#space;
    // Most who ask find a value, or the lease of another: these need not write.
    const answer = store.read((connection) => this.#look(connection, key, request));
    return answer ?? mode.write((transaction) => this.#grant(transaction, key, request));
  }

  renew(key: string, token: string, ttlMs: number, now: number): MaybePromise<boolean> {
    const { store, mode, prefix } = this.#space;
    if (store.read((connection) => this.#isFenced(connection, key, token))) return true;
    return mode.write(({ connection }) => connection.run(RENEW, now + ttlMs, prefix + key, token, now) > 0);
  }

  release(key: string, token: string, _now: number): MaybePromise<void> {
    return this.#space.mode.write(({ connection }) => {
      connection.run('DELETE FROM leases WHERE key = ? AND token = ?', this.#space.prefix + key, token);
    });
  }

  fill(key: string, entry: Entry, token: string, now: number, payload?: Uint8Array): MaybePromise<number> {
    const { writer, storing } = this.#space;
    // A look before anything is encoded; the one that counts is taken in the transaction.
    if (!this.#space.store.read((connection) => this.#stands(connection, key, token, now))) return 0;
    return storing(
      key,
      entry,
      now,
      payload,
      (encoded) => (transaction) =>
        this.#stands(transaction.connection, key, token, now) ? writer.put(transaction, key, encoded, now) : 0,
    );
  }

  wait(key: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#space;
    return waitForEnd(() => this.#isHeld(key, clock.now()), timeoutMs, signal, clock);
  }

  /** What can be answered without writing. */
  #look(connection: Connection, key: string, request: LeaseRequest): LeaseAnswer | undefined {
    const { now, replaces, exclusive, token } = request;
    const entry = this.#space.read(connection, key, now);
    if (entry !== undefined && entry.freshUntil > now && entry.version !== replaces) return { state: 'hit', entry };
    if (!exclusive) {
      const { seq } = connection.get<{ seq: number }>(LAST_SEQ)!;
      return { state: 'won', token: fenceToken(connection, seq), grantedAt: seq };
    }
    const lease = this.#leaseOf(connection, key);
    return lease !== undefined && lease.until > now && lease.token !== token ? { state: 'held' } : undefined;
  }

  #grant(transaction: Transaction, key: string, request: LeaseRequest): LeaseAnswer {
    const { connection, ledger } = transaction;
    const answer = this.#look(connection, key, request);
    if (answer !== undefined) return answer;
    const { now, ttlMs } = request;
    const standing = this.#leaseOf(connection, key);
    const token = standing !== undefined && standing.until > now ? standing.token : randomToken();
    connection.run(GRANT, this.#space.prefix + key, token, now + ttlMs);
    transaction.leased();
    if (++this.#grants % GRANTS_PER_SWEEP === 0) connection.run('DELETE FROM leases WHERE until <= ?', now);
    return { state: 'won', token, grantedAt: ledger.seq };
  }

  #stands(connection: Connection, key: string, token: string, now: number): boolean {
    const lease = this.#leaseOf(connection, key);
    if (lease !== undefined && lease.token === token) return lease.until > now;
    return this.#isFenced(connection, key, token);
  }

  #isFenced(connection: Connection, key: string, token: string): boolean {
    return isFenceIntact(connection, this.#space.entries, this.#space.prefix + key, token);
  }

  #isHeld(key: string, now: number): boolean {
    const lease = this.#space.store.read((connection) => this.#leaseOf(connection, key));
    return lease !== undefined && lease.until > now;
  }

  #leaseOf(connection: Connection, key: string): LeaseRow | undefined {
    return connection.get<LeaseRow>('SELECT token, until FROM leases WHERE key = ?', this.#space.prefix + key);
  }
}
