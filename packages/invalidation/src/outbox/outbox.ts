import type { Clock, MaybePromise } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { checkName, checkOptions, mismatch } from '@uno-cache/core/adapter';
import type { EventSink } from '../sources/event-sink.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { PostgresClient } from './postgres-store.ts';
import { PostgresStore } from './postgres-store.ts';
import type { RelayOptions } from './relay.ts';
import { Relay } from './relay.ts';
import type { SqliteDatabase } from './sqlite-store.ts';
import { SqliteStore } from './sqlite-store.ts';

const DEFAULT_TABLE = 'uno_cache_outbox';

export interface OutboxOptions {
  /** Letters, digits and `_`; in PostgreSQL with a schema before it, if you like. @defaultValue `'uno_cache_outbox'` */
  readonly table?: string;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

/** Events that are written with the data that they are about, and delivered afterwards. */
export interface Outbox<Write extends (event: string, ...rest: never[]) => unknown> {
  /** Creates the tables, unless they are there. Call it outside of a transaction, as the application starts. */
  migrate(): ReturnType<Write>;

  /**
   * Writes an event into the transaction that is open: it is delivered if and only if that commits. In PostgreSQL the
   * last argument is the client that the transaction is open on.
   *
   * @param payload - what JSON can hold.
   */
  readonly write: Write;

  /** What delivers the events, here or in another process; several may run. It does nothing before `start` or `drain`. */
  relay(sink: EventSink, options?: RelayOptions): Relay;
}

type SqliteWrite = (event: string, payload?: unknown) => void;
type PostgresWrite = (event: string, payload: unknown, transaction: PostgresClient) => Promise<void>;

/**
 * A transactional outbox: no invalidation is lost when a process dies between the commit and the invalidation, and none
 * is made for what was rolled back.
 *
 * Delivered at least once and in order, in batches, by one relay at a time. An event counts as delivered when all tiers
 * have confirmed. One that can never be delivered (see `EventSink`) is given up: it stays in the table, with the reason
 * in the column `failure`.
 *
 * The order is that of writing. In PostgreSQL transactions write side by side: what commits late may have been written
 * before what has been delivered.
 *
 * @param db - a connection to SQLite, or a client or pool of PostgreSQL 13 or newer. Give the relay a connection of its
 * own: on one with an open transaction it waits.
 * @example
 * ```ts
 * import { DatabaseSync } from 'node:sqlite';
 * import { createCache } from '@uno-cache/core';
 * import { eventBased, invalidator, outbox } from '@uno-cache/invalidation';
 * import { memory } from '@uno-cache/memory';
 *
 * const db = new DatabaseSync(':memory:');
 * db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)');
 * const box = outbox(db);
 * box.migrate();
 *
 * db.exec('BEGIN');
 * db.exec("INSERT INTO users VALUES (7, 'Ada')");
 * box.write('user.updated', { id: 7 });
 * db.exec('COMMIT');
 *
 * await using cache = createCache({ tiers: [memory()] });
 * await using relay = box.relay(invalidator(cache, [eventBased({ 'user.updated': ['user:{id}'] })]));
 * console.log(await relay.drain()); // 1
 * ```
 * @throws TypeError for what is no database, and for the name of a table that would have to be quoted.
 */
export function outbox(db: SqliteDatabase, options?: OutboxOptions): Outbox<SqliteWrite>;
export function outbox(db: PostgresClient, options?: OutboxOptions): Outbox<PostgresWrite>;
export function outbox(
  db: SqliteDatabase | PostgresClient,
  options: OutboxOptions = {},
): Outbox<SqliteWrite> | Outbox<PostgresWrite> {
  checkOptions('outbox()', options, ['table', 'clock']);
  const { table = DEFAULT_TABLE, clock = systemClock } = options;
  if (typeof (db as Partial<SqliteDatabase>)?.prepare === 'function') {
    const store = new SqliteStore(db as SqliteDatabase, checkTable(table, /^[a-z_]\w*$/i), clock);
    return outboxOver<SqliteWrite>(store, clock, (event, payload) => store.write(...row(event, payload)));
  }
  if (typeof (db as Partial<PostgresClient>)?.query === 'function') {
    const store = new PostgresStore(db as PostgresClient, checkTable(table, /^[a-z_]\w*(\.[a-z_]\w*)?$/i));
    return outboxOver<PostgresWrite>(store, clock, async (event, payload, transaction) => {
      if (typeof transaction?.query !== 'function') {
        throw new TypeError(mismatch('transaction', 'the client that the transaction is open on', transaction));
      }
      await store.write(...row(event, payload), transaction);
    });
  }
  throw new TypeError(mismatch('db', 'a connection to SQLite, or a client of PostgreSQL', db));
}

function outboxOver<Write extends (event: string, ...rest: never[]) => unknown>(
  store: OutboxStore,
  clock: Clock,
  write: Write,
): Outbox<Write> {
  return {
    migrate: () => store.migrate() as ReturnType<Write> & MaybePromise<void>,
    write,
    relay: (sink, options = {}) => new Relay(store, sink, clock, options),
  };
}

/** @throws TypeError for a payload that JSON cannot hold. */
function row(event: string, payload: unknown): [event: string, payload: string | null] {
  return [checkName(event, 'event'), (JSON.stringify(payload) as string | undefined) ?? null];
}

function checkTable(table: unknown, allowed: RegExp): string {
  if (typeof table === 'string' && allowed.test(table)) return table;
  throw new TypeError(mismatch('table', 'a name of letters, digits and _', table));
}
