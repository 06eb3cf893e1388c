import { statSync } from 'node:fs';
import type { EntryTable, Victim } from '../entries/entry-table.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Recency } from './recency.ts';

export const PAGE_BYTES = 4096;
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
const LOOK_MS = 1_000;
/** Free pages that are kept for the next entries: a share of all, and some. */
const KEPT_SHARE = 8;
const KEPT_PAGES = 64;
const VACUUM_PAGES = 64;
const MOST_TAGS = 100_000;

/** Keeps the directory within its bounds: a little at the end of each write, in the same transaction. */
export class Housekeeper {
  readonly #store: Store;
  readonly #entries: EntryTable;
  readonly #recency: Recency;
  /** Bytes that may be written before the space is looked at again. */
  #allowance = 0;
  #isCrowded = false;
  #nextLookAt = 0;
  #asideBytes = 0;
  #seen: Connection | undefined;

  constructor(store: Store, entries: EntryTable, recency: Recency) {
    this.#store = store;
    this.#entries = entries;
    this.#recency = recency;
    store.cleansWith(
      (transaction) => this.#clean(transaction),
      (connection) => this.#relieve(connection),
    );
  }

  /** Gives free pages back; whether there are more. */
  shrink({ connection }: Transaction, most: number = VACUUM_PAGES): boolean {
    const { pages, free } = pagesOf(connection);
    const surplus = free - Math.max(KEPT_PAGES, Math.floor(pages / KEPT_SHARE));
    if (surplus <= 0) return false;
    connection.exec(`PRAGMA incremental_vacuum(${Math.min(surplus, most)})`);
    return surplus > most;
  }

  #clean(transaction: Transaction): void {
    if (this.#seen !== transaction.connection) this.#begin(transaction.connection);
    const now = this.#store.clock.now();
    if (now >= this.#nextLookAt) this.#dropExpired(transaction, now);
    this.#allowance -= transaction.written;
    const { maxEntries } = this.#store.limits;
    if (this.#allowance <= 0 || transaction.ledger.entries > maxEntries) this.#makeRoom(transaction);
    if (this.#isCrowded) this.#recency.write(transaction);
    if (transaction.ledger.tags > MOST_TAGS) dropTags(transaction, now);
  }

  #begin(connection: Connection): void {
    this.#seen = connection;
    this.#allowance = 0;
    this.#nextLookAt = 0;
    this.#asideBytes = this.#store.asideBytes;
    this.#recency.forget();
  }

  #dropExpired(transaction: Transaction, now: number): void {
    const dead = this.#entries.dead(transaction, now, BATCH);
    for (const victim of dead) this.#entries.evict(transaction, victim, 'expired');
    if (dead.length < BATCH) this.#nextLookAt = now + LOOK_MS;
  }

  /** Evicts the entries that were written first, sparing those that were read since, and gives pages back. */
  #makeRoom(transaction: Transaction): void {
    const { dataBytes, maxEntries, logBytes } = this.#store.limits;
    const { connection, ledger } = transaction;
    const limit = dataBytes - this.#asideBytes;
    const slack = Math.min(MOST_SLACK, limit / 64);
    const used = (): number => {
      const { pages, free } = pagesOf(connection);
      return (pages - free) * PAGE_BYTES + ledger.files;
    };
    if (used() > limit) this.#evict(transaction, () => used() <= limit - slack);
    if (ledger.entries > maxEntries) this.#evict(transaction, () => ledger.entries <= maxEntries);
    const surplus = Math.ceil((pagesOf(connection).pages * PAGE_BYTES + ledger.files - limit) / PAGE_BYTES);
    if (surplus > 0) connection.exec(`PRAGMA incremental_vacuum(${surplus})`);
    else this.shrink(transaction);
    const headroom = limit - used();
    this.#isCrowded = headroom < limit * (1 - CROWDED);
    this.#allowance = Math.max(0, Math.min(headroom / 32, MOST_ALLOWANCE));
    transaction.afterCommit(() => boundLog(connection, logBytes));
  }

  #evict(transaction: Transaction, isEnough: () => boolean): void {
    const until = performance.now() + SLICE_MS;
    for (let moves = 0; ; ) {
      const victims: Victim[] = this.#entries.oldest(transaction, BATCH);
      for (const victim of victims) {
        if (moves < MOST_MOVES && this.#recency.take(transaction, victim.id)) {
          this.#entries.moveBack(transaction, victim);
          moves++;
        } else {
          this.#entries.evict(transaction, victim, 'size');
        }
      }
      if (isEnough()) return;
      if (victims.length === 0 && !dropTags(transaction, Infinity)) return;
      if (performance.now() > until) return;
    }
  }

  /** When the disk is full: the log into the database, fewer entries, and the pages back. */
  #relieve(connection: Connection): void {
    truncateLog(connection);
  }
}

interface Pages {
  readonly pages: number;
  readonly free: number;
}

function pagesOf(connection: Connection): Pages {
  const { page_count: pages } = connection.get<{ page_count: number }>('PRAGMA page_count')!;
  const { freelist_count: free } = connection.get<{ freelist_count: number }>('PRAGMA freelist_count')!;
  return { pages, free };
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

/** Where readers have kept the log from being used again, it has grown. */
function boundLog(connection: Connection, logBytes: number): void {
  const size = statSync(`${connection.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logBytes) truncateLog(connection);
}

function truncateLog(connection: Connection): void {
  connection.get('PRAGMA wal_checkpoint(TRUNCATE)');
}
