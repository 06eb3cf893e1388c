import type { MaybePromise, Scope } from '@uno-cache/core';
import { compileGlob, decodeUtf8, literalPrefix, scopePrefix, versionPrefix } from '@uno-cache/core/adapter';
import type { EntryTable, Row } from '../entries/entry-table.ts';
import type { Housekeeper } from '../space/housekeeper.ts';
import type { Transaction } from '../store/transaction.ts';
import type { KeyCursor } from './key-cursor.ts';
import { CursorById, CursorByKey } from './key-cursor.ts';
import type { KeyRange } from './key-range.ts';
import { rangeOf } from './key-range.ts';
import type { Mode, Write } from './mode.ts';

export interface Sweeping {
  readonly entries: EntryTable;
  readonly housekeeper: Housekeeper;
}

/** What is to be swept. */
interface Sweep {
  readonly prefix: string;
  readonly range: KeyRange;
  readonly now: number;
  matches(key: string): boolean;
}

/** How far a sweep has come. */
interface Progress {
  /** Of the database. */
  readonly identity: string;
  /** What was stored after this is left alone. */
  readonly seq: number;
  readonly cursor: KeyCursor;
}

/** How long one transaction may sweep. */
const SLICE_MS = 5;
const TAGS_PER_SLICE = 500;
/** From this share of all entries on a keyspace is swept in the order in which they are stored. */
const LARGE_SHARE = 0.25;
const FIND = 'SELECT id, seq, file, size FROM entries WHERE id = ? AND seq <= ?';

/** Deletes the keys that match a glob, and the leases on such keys. */
export function sweepMatching(
  sweeping: Sweeping,
  mode: Mode,
  prefix: string,
  pattern: string,
  now: number,
): MaybePromise<void> {
  const range = rangeOf(prefix + literalPrefix(pattern));
  return mode.sweep(slices(sweeping, { prefix, range, matches: compileGlob(pattern), now }));
}

/** Deletes a whole keyspace, and the versions of its tags. */
export function sweepAll(sweeping: Sweeping, mode: Mode, scope: Scope, now: number): MaybePromise<void> {
  const prefix = scopePrefix(scope);
  const sweep = slices(sweeping, { prefix, range: rangeOf(prefix), matches: () => true, now });
  const tags = rangeOf(versionPrefix(scope));
  return mode.sweep((transaction) => dropTags(transaction, tags) && sweep(transaction));
}

/**
 * The slices of a sweep, each to be run in a transaction: it gives whether it was the last. The first one voids what is
 * under way; what is stored after it is left alone.
 */
function slices({ entries, housekeeper }: Sweeping, sweep: Sweep): Write<boolean> {
  const { prefix, matches } = sweep;
  let progress: Progress | undefined;
  return (transaction) => {
    const { connection } = transaction;
    transaction.isSweep = true;
    const until = performance.now() + SLICE_MS;
    const isBegun = progress?.identity === connection.identity;
    // The first slice, or the database is another.
    const { identity, seq, cursor } = isBegun ? copyOf(progress!) : begin(transaction, sweep);
    let isAtEnd = false;
    while (!isAtEnd && performance.now() < until) {
      const keys = cursor.next(connection);
      isAtEnd = keys.length === 0;
      for (const { id, key } of keys) {
        const text = decodeUtf8(key);
        if (!text.startsWith(prefix) || !matches(text.slice(prefix.length))) continue;
        const row = connection.get<Omit<Row, 'bytes'>>(FIND, id, seq);
        if (row !== undefined) entries.remove(transaction, prefix, row);
      }
    }
    // Not before the commit: a slice that failed is done again.
    transaction.afterCommit(() => {
      progress = { identity, seq, cursor };
    });
    return isAtEnd && !housekeeper.shrink(transaction);
  };
}

function copyOf({ cursor, ...rest }: Progress): Progress {
  return { ...rest, cursor: cursor.copy() };
}

function begin(transaction: Transaction, sweep: Sweep): Progress {
  const { connection, ledger } = transaction;
  const seq = voidAll(transaction, sweep);
  const counted = connection.get<{ entries: number }>('SELECT entries FROM ledger WHERE name = ?', sweep.prefix);
  const isWhole = sweep.range.from === sweep.prefix;
  const isLarge = isWhole && (counted?.entries ?? 0) > ledger.entries * LARGE_SHARE;
  const cursor = isLarge ? new CursorById() : new CursorByKey(sweep.range);
  return { identity: connection.identity, seq, cursor };
}

/** Voids the leases on matching keys, and all leases to copy; gives the sequence number of that. */
function voidAll(transaction: Transaction, { prefix, range, matches, now }: Sweep): number {
  const { connection, ledger } = transaction;
  const seq = transaction.nextSeq(now);
  ledger.floor = seq;
  const select = 'SELECT CAST(key AS BLOB) AS key FROM leases WHERE key >= ? AND key < ?';
  for (const { key } of connection.all<{ key: Uint8Array }>(select, range.from, range.to)) {
    const text = decodeUtf8(key);
    if (matches(text.slice(prefix.length))) connection.run('DELETE FROM leases WHERE key = ?', text);
  }
  return seq;
}

/** Drops some of a keyspace's tag versions; whether none is left. */
function dropTags({ connection, ledger }: Transaction, { from, to }: KeyRange): boolean {
  const some = 'DELETE FROM tags WHERE id IN (SELECT id FROM tags WHERE key >= ? AND key < ? LIMIT ?)';
  const dropped = connection.run(some, from, to, TAGS_PER_SLICE);
  ledger.tags -= dropped;
  return dropped < TAGS_PER_SLICE;
}
