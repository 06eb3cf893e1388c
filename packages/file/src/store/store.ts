import type { Clock, TierHost } from '@uno-cache/core';
import { CacheError, systemClock } from '@uno-cache/core';
import { Hosts } from '@uno-cache/core/adapter';
import type { Durability } from '../durability.ts';
import type { Limits } from '../space/limits.ts';
import type { Connection } from '../sqlite/connection.ts';
import { failureOf } from '../sqlite/sqlite.ts';
import { LockWait } from './lock-wait.ts';
import { Opener } from './opener.ts';
import type { Transaction } from './transaction.ts';
import { WriteQueue } from './write-queue.ts';

/** How often one call meets damage before it gives up: its own, and that which another process has just found. */
const MOST_REPLACEMENTS = 3;

/** How long reads may go on in a file that another process has replaced; writes look each time. */
const CHECK_MS = 100;

export interface StoreOptions {
  readonly directory: string;
  readonly durability: Durability;
  readonly limits: Limits;
  /** Whose it is, for messages: `tier "file"`. */
  readonly owner: string;
}

/** Who keeps the directory within its bounds. */
export interface Keeper {
  /** At the end of each write, within its transaction. */
  clean(transaction: Transaction): void;
  /** Whether there is room to begin a write, which is waited for that long. */
  hasRoom(connection: Connection, patienceMs: number): boolean;
  /** When the disk is full. */
  relieve(): void;
}

/**
 * The database of one directory, as one tier or bus of this process has it open. Reads and writes go through it, so that
 * locks are waited for, damage is set aside and a database that was replaced is opened anew, in this one place.
 */
export class Store {
  readonly owner: string;
  readonly limits: Limits;
  readonly hosts: Hosts = new Hosts();
  clock: Clock = systemClock;
  keeper: Keeper | undefined;
  readonly #opener: Opener;
  readonly #queue: WriteQueue;
  readonly #replaced = new Set<(reason: string) => void>();
  #connection: Connection | undefined;
  #lastSeq = 0;
  #checkedAt = 0;
  #isClosed = false;

  constructor(options: StoreOptions) {
    this.owner = options.owner;
    this.limits = options.limits;
    this.#opener = new Opener(options);
    this.#queue = new WriteQueue(this);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get directory(): string {
    return this.#opener.directory;
  }

  /** Bytes in the directory that belong to no database in use. */
  get asideBytes(): number {
    return this.#opener.asideBytes;
  }

  /** The clock of whoever opens first is the one that the store's timers run by. */
  attach(host: TierHost): void {
    if (this.hosts.isEmpty) this.clock = host.clock;
    this.hosts.add(host);
  }

  /** Calls back when the database is another: what was read from it cannot be vouched for. */
  onReplaced(listener: (reason: string) => void): () => void {
    this.#replaced.add(listener);
    return () => void this.#replaced.delete(listener);
  }

  /**
   * Reads at once.
   *
   * @param now - where the caller knows it: asking for the time is no small part of a read.
   */
  read<T>(operation: (connection: Connection) => T, now: number = this.clock.now()): T {
    const isDue = now - this.#checkedAt > CHECK_MS || now < this.#checkedAt;
    if (!isDue && this.#connection !== undefined) {
      try {
        return operation(this.#connection);
      } catch (error) {
        if (failureOf(error) === undefined) throw error;
      }
    }
    this.#checkedAt = now;
    return this.persist(() => operation(this.checkedConnection()));
  }

  /** Writes at once, what is queued first. */
  commit<T>(operation: (transaction: Transaction) => T): T {
    this.#queue.drain();
    return this.#queue.perform(operation);
  }

  /**
   * Writes with whatever else is written in this turn of the event loop, in one transaction.
   *
   * @param entryBytes - what the operation holds until it has been done.
   */
  enqueue<T>(operation: (transaction: Transaction) => T, entryBytes: number = 0): Promise<T> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    return this.#queue.add(operation, entryBytes);
  }

  /** Writes at once, what is queued first, unless another process has the database locked: then as soon as it has not. */
  commitOrEnqueue<T>(operation: (transaction: Transaction) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    return this.#queue.addNow(operation);
  }

  /** The open connection, to the file that is in use. */
  connection(): Connection {
    if (this.#isClosed) throw this.#closedError();
    if (this.#connection === undefined) {
      const { connection, damage } = this.#opener.open(this.#lastSeq, this.clock.now());
      this.#connection = connection;
      if (damage !== undefined) this.#tell(damage);
    }
    return this.#connection;
  }

  /** As `connection`, after a look at whether another process has replaced the file. */
  checkedConnection(): Connection {
    const known = this.#connection;
    if (known === undefined || known.isInPlace) return this.connection();
    this.#drop();
    this.#announceReplacement('the database was replaced or deleted');
    return this.connection();
  }

  /** Does something again while the database is locked, and once more after it was replaced for its damage. */
  persist<T>(operation: () => T): T {
    const wait = new LockWait();
    for (let replacements = 0; ; ) {
      try {
        return operation();
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'busy' && wait.pause()) continue;
        if (failure === 'damage' && ++replacements <= MOST_REPLACEMENTS) this.replace(error);
        else throw this.translated(error);
      }
    }
  }

  /** Sets the damaged file aside; the next call opens a new one. */
  replace(error: unknown): void {
    const damaged = this.#connection;
    this.#drop();
    const damage = damaged === undefined ? undefined : this.#opener.setAside(damaged.path, error);
    if (damage !== undefined) this.#tell(damage);
    this.#announceReplacement('the database was damaged');
  }

  /** Notes what a committed transaction has used up. */
  committed(transaction: Transaction): void {
    this.#lastSeq = transaction.ledger.seq;
    transaction.committed();
  }

  /** Makes room after the disk was full; whether there is any hope of it. */
  relieve(): boolean {
    try {
      this.keeper?.relieve();
      return this.keeper !== undefined;
    } catch {
      return false;
    }
  }

  /** An error as callers may see it. */
  translated(error: unknown): unknown {
    if (failureOf(error) === undefined) return error;
    const isBusy = failureOf(error) === 'busy';
    const { message } = error as Error;
    const what = isBusy ? 'waited too long for other processes' : `failed: ${message}`;
    return new CacheError(isBusy ? 'TIMEOUT' : 'TIER_FAILED', `${this.owner} ${what}`, { cause: error });
  }

  close(): void {
    if (this.#isClosed) return;
    try {
      this.#queue.drain();
    } finally {
      this.#isClosed = true;
      this.#queue.close(this.#closedError());
      this.#drop();
    }
  }

  #drop(): void {
    const dropped = this.#connection;
    this.#connection = undefined;
    try {
      dropped?.close();
    } catch {
      // A damaged file may not even close; nothing is lost with it.
    }
  }

  /** Later, since the database may have been opened within `createCache`, before anybody could listen. */
  #tell(damage: CacheError): void {
    queueMicrotask(() => this.hosts.report({ kind: 'error', error: damage, operation: 'open' }));
  }

  #announceReplacement(reason: string): void {
    for (const listener of [...this.#replaced]) listener(reason);
  }

  #closedError(): CacheError {
    return new CacheError('CLOSED', `${this.owner} has been closed.`);
  }
}
