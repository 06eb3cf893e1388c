import { randomToken } from '@uno-cache/core/adapter';
import type { Connection } from './connection.ts';

/** `UNOC`, as the entries have it, and the version of these tables. */
const APPLICATION_ID = 0x554e4f43;
const LAYOUT_VERSION = 1;

/**
 * - `entries`: by `id`, in the order in which they are evicted. `ends` is when the entry is dead, NULL for never; `seq`
 *   when it was last written in a way that voids leases. A large payload stands in a `file` of its own, of `size` bytes.
 * - `used`: entries that were read since, and are spared once.
 * - `leases`: who loads what. `voided`: when a lease to copy was last voided, by a hash of the key.
 * - `tags`: versions; `until` is NULL for ever. `changes`: what the bus carries.
 * - `ledger`: in the row '' the last sequence number, the one before which no lease to copy stands, and what there is;
 *   in a row for each keyspace its entries.
 */
const TABLES = `
CREATE TABLE entries(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, ends REAL, seq INTEGER NOT NULL,
  file TEXT, size INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE UNIQUE INDEX entries_by_key ON entries(key);
CREATE INDEX entries_by_end ON entries(ends) WHERE ends IS NOT NULL;
CREATE INDEX entries_by_file ON entries(file) WHERE file IS NOT NULL;
CREATE TABLE used(id INTEGER PRIMARY KEY);
CREATE TABLE leases(key TEXT PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE voided(slot INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE tags(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, version TEXT NOT NULL, until REAL);
CREATE INDEX tags_by_end ON tags(until) WHERE until IS NOT NULL;
CREATE TABLE changes(
  id INTEGER PRIMARY KEY, origin TEXT NOT NULL, namespace TEXT NOT NULL, total INTEGER NOT NULL,
  message TEXT NOT NULL);
CREATE TABLE ledger(
  name TEXT PRIMARY KEY, entries INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0,
  floor INTEGER NOT NULL DEFAULT 0, files INTEGER NOT NULL DEFAULT 0, tags INTEGER NOT NULL DEFAULT 0,
  trimmed INTEGER NOT NULL DEFAULT 0, published INTEGER NOT NULL DEFAULT 0, crowded INTEGER NOT NULL DEFAULT 0, identity TEXT, boot TEXT) WITHOUT ROWID;
PRAGMA application_id=${APPLICATION_ID};
PRAGMA user_version=${LAYOUT_VERSION};
`;

/** A database that is whole, and another program's or of another version. */
export class ForeignDatabase extends Error {
  override readonly name = 'ForeignDatabase';
}

/**
 * Makes the tables in a new database, and knows its own.
 *
 * @param firstSeq - where sequence numbers begin in a new one: greater than any that was seen before.
 * @throws ForeignDatabase.
 */
export function prepareSchema(connection: Connection, firstSeq: number): void {
  const isNew = isEmpty(connection);
  // Before anything is changed in the file.
  if (!isNew) checkOwner(connection);
  connection.exec('PRAGMA journal_mode=WAL');
  if (isNew) {
    connection.write(() => {
      // Another process may have made them meanwhile.
      if (isEmpty(connection)) createTables(connection, firstSeq);
    });
  }
  if (isNew) checkOwner(connection);
  const identity = connection.get<{ identity: string }>("SELECT identity FROM ledger WHERE name = ''")?.identity;
  if (typeof identity !== 'string') throw new ForeignDatabase('its ledger is empty');
  connection.identity = identity;
}

function checkOwner(connection: Connection): void {
  const application = connection.get<{ application_id: number }>('PRAGMA application_id')?.application_id;
  const version = connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version;
  if (application !== APPLICATION_ID) throw new ForeignDatabase("it is another program's database");
  if (version !== LAYOUT_VERSION) throw new ForeignDatabase(`its tables are of version ${version}`);
}

function isEmpty(connection: Connection): boolean {
  return connection.get<{ n: number }>('SELECT count(*) AS n FROM sqlite_schema')?.n === 0;
}

function createTables(connection: Connection, firstSeq: number): void {
  connection.exec(TABLES);
  const row = "INSERT INTO ledger(name, seq, floor, trimmed, identity) VALUES ('', ?, ?, ?, ?)";
  connection.run(row, firstSeq, firstSeq, firstSeq, randomToken());
}
