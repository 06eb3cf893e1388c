import { decodeUtf8 } from '@uno-cache/core/adapter';
import { trimChanges } from '../bus/change-log.ts';
import type { EntryTable, Victim } from '../entries/entry-table.ts';
import type { LargeValues } from '../entries/large-values.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Keeper, Store } from '../store/store.ts';
import { Transaction } from '../store/transaction.ts';
import { LogKeeper } from './log-keeper.ts';
import { PAGE_BYTES, pagesOf } from './pages.ts';
import type { Recency } from './recency.ts';
import { Reserve } from './reserve.ts';

/** How long one transaction may clean up, beside what it has to. */
const SLICE_MS = 4;
const BATCH = 16;
/** Entries that were read and are moved behind the others, in one slice. */
const MOST_MOVES = 64;
/** From this share of the space on, what is read is written down for the other processes. */
const CROWDED = 0.75;
/** Room that is made at once, so that the next writes need not look. */
const MOST_SLACK = 262_144;
const MOST_ALLOWANCE = 1_000_000;
const MOST_UNSEEN = 32;
const LOOK_MS = 1_000;
const SWEEP_MS = 600_000;
/** Free pages that are kept for the next entries: a share of all, and some. */
const KEPT_SHARE = 8;
const KEPT_PAGES = 64;
const VACUUM_PAGES = 128;
/** Entries that are evicted when the disk is full, before the write is tried again. */
const RELIEF = 64;
const MOST_TAGS = 100_000;

/** Keeps the directory within its bounds: a little at the end of each write, in the same transaction. */
export class Housekeeper implements Keeper {
  readonly #store: Store;
  readonly #entries: EntryTable;
  readonly #recency: Recency;
  readonly #large: LargeValues;
  readonly #log: LogKeeper;
  readonly #reserve: Reserve;
  /** Bytes that may be written, and transactions that may pass, before the space is looked at again. */
  #allowance = 0;
  #unseen = 0;
  #lookedAt = -Infinity;
  #nextSweepAt = 0;
  #asideBytes = 0;
  #seen: Connection | undefined;

  constructor(store: Store, entries: EntryTable, recency: Recency, large: LargeValues) {
    this.#store = store;
    this.#large = large;
    this.#entries = entries;
    this.#recency = recency;
    store.keeper = this;
    this.#log = new LogKeeper(store.limits.logBytes);
    this.#reserve = new Reserve(store.directory, store.limits.reserveBytes);
  }

  hasRoom(connection: Connection, patienceMs: number): boolean {
    return this.#log.hasRoom(connection, patienceMs);
  }

  /** Gives free pages back, as many as fit into a slice of time; whether there are more. */
  shrink({ connection }: Transaction): boolean {
    const until = performance.now() + SLICE_MS;
    for (;;) {
      const { pages, free } = pagesOf(connection);
      const surplus = free - Math.max(KEPT_PAGES, Math.floor(pages / KEPT_SHARE));
      if (surplus <= 0) return false;
      if (performance.now() > until) return true;
      connection.exec(`PRAGMA incremental_vacuum(${Math.min(surplus, VACUUM_PAGES)})`);
    }
  }

  clean(transaction: Transaction): void {
    if (this.#seen !== transaction.connection) this.#begin(transaction);
    const now = this.#store.clock.now();
    // Also when the clock was set back.
    if (Math.abs(now - this.#lookedAt) >= LOOK_MS) this.#dropExpired(transaction, now);
    this.#allowance -= transaction.written;
    if (now >= this.#nextSweepAt) this.#sweepFiles(now);
    const { maxEntries } = this.#store.limits;
    const isDue = this.#allowance <= 0 || ++this.#unseen >= MOST_UNSEEN;
    if (isDue || transaction.ledger.entries > maxEntries) this.#makeRoom(transaction);
    if (transaction.ledger.crowded === 1) this.#recency.write(transaction);
    if (transaction.ledger.tags > MOST_TAGS) dropTags(transaction, now);
    transaction.afterCommit(() => this.#log.committed(transaction.connection, transaction.written));
  }

  #begin(transaction: Transaction): void {
    const { connection } = transaction;
    this.#seen = connection;
    // LogKeeper does what SQLite would do by itself.
    connection.exec('PRAGMA wal_autocheckpoint=0');
    this.#allowance = 0;
    this.#lookedAt = -Infinity;
    this.#nextSweepAt = 0;
    this.#asideBytes = this.#store.asideBytes;
    this.#recency.forget();
    transaction.afterCommit(() => this.#log.fitInto(this.#reserve.take()));
  }

  #dropExpired(transaction: Transaction, now: number): void {
    const dead = this.#entries.dead(transaction, now, BATCH);
    this.#entries.evict(transaction, dead, 'expired');
    if (dead.length < BATCH) this.#lookedAt = now;
  }

  /** Removes the files that killed processes have left, some in each turn of the event loop. */
  #sweepFiles(now: number): void {
    this.#nextSweepAt = now + SWEEP_MS;
    const steps = this.#large.sweep();
    const some = (): void => {
      try {
        for (let step = 0; step < BATCH; step++) if (this.#store.isClosed || steps.next().done) return;
        setImmediate(some);
      } catch {
        // The next sweep will do.
      }
    };
    setImmediate(some);
  }

  /** Evicts the entries that were written first, sparing those that were read since, and gives pages back. */
  #makeRoom(transaction: Transaction): void {
    const { maxBytes, dataBytes, maxEntries } = this.#store.limits;
    const { connection, ledger } = transaction;
    const limit = dataBytes - this.#asideBytes;
    const slack = Math.min(MOST_SLACK, limit / 64);
    const used = (): number => {
      const { pages, free } = pagesOf(connection);
      return (pages - free) * PAGE_BYTES + ledger.files;
    };
    if (used() > limit) trimChanges(transaction, maxBytes);
    if (used() > limit) this.#evict(transaction, { bytes: () => used() - (limit - slack) });
    if (ledger.entries > maxEntries) this.#evict(transaction, { entries: () => ledger.entries - maxEntries });
    const surplus = Math.ceil((pagesOf(connection).pages * PAGE_BYTES + ledger.files - limit) / PAGE_BYTES);
    let isShrinking = false;
    if (surplus > 0 && !transaction.isSweep) connection.exec(`PRAGMA incremental_vacuum(${surplus})`);
    else if (!transaction.isSweep) isShrinking = this.shrink(transaction);
    const headroom = limit - used();
    const isCrowded = headroom < limit * (1 - CROWDED) || ledger.entries > maxEntries * CROWDED;
    ledger.crowded = isCrowded ? 1 : 0;
    this.#allowance = isShrinking ? 0 : Math.max(0, Math.min(headroom / 32, MOST_ALLOWANCE));
    this.#unseen = 0;
  }

  #evict(transaction: Transaction, excess: { bytes?: () => number; entries?: () => number }): void {
    const until = performance.now() + SLICE_MS;
    const { bytes = () => Infinity, entries = () => Infinity } = excess;
    let moves = 0;
    while (performance.now() < until) {
      const space = bytes();
      const count = entries();
      if (space <= 0 || count <= 0) return;
      const oldest = this.#entries.oldest(transaction, Math.min(BATCH, count));
      const victims: Victim[] = [];
      let freed = 0;
      for (const each of oldest) {
        if (freed >= space) break;
        if (moves < MOST_MOVES && this.#isSpared(transaction, each)) {
          moves += this.#entries.moveBack(transaction, each.id);
        } else {
          victims.push(each);
          freed += each.space;
        }
      }
      this.#entries.evict(transaction, victims, 'size');
      if (oldest.length === 0 && !dropTags(transaction, Infinity)) return;
    }
  }

  /** What was just written, and what was read since it was last spared. */
  #isSpared(transaction: Transaction, { id, key, seq }: Victim): boolean {
    return this.#recency.take(transaction, id, decodeUtf8(key)) || seq > transaction.before;
  }

  /** When the disk is full: evicts some entries, and gives what they took back to the disk. */
  relieve(): void {
    this.#reserve.give();
    const connection = this.#store.connection();
    this.#log.truncate(connection);
    const relief = connection.write(() => {
      const transaction = new Transaction(connection);
      this.#entries.evict(transaction, this.#entries.oldest(transaction, RELIEF), 'size');
      connection.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
      transaction.finish();
      return transaction;
    });
    this.#store.committed(relief);
    this.#log.truncate(connection);
    this.#log.fitInto(this.#reserve.take());
  }
}

/** What has ended first, then what was made first; whether there was any. */
function dropTags({ connection, ledger }: Transaction, now: number): boolean {
  const ended = 'DELETE FROM tags WHERE id IN (SELECT id FROM tags WHERE until <= ? ORDER BY until LIMIT ?)';
  const oldest = 'DELETE FROM tags WHERE id IN (SELECT id FROM tags ORDER BY id LIMIT ?)';
  let dropped = connection.run(ended, Math.min(now, Number.MAX_VALUE), BATCH);
  if (dropped === 0) dropped = connection.run(oldest, BATCH);
  ledger.tags -= dropped;
  return dropped > 0;
}
