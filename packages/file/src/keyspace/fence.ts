import type { EntryTable } from '../entries/entry-table.ts';
import type { Connection } from '../sqlite/connection.ts';

const TOKEN = /^([0-9a-f]{32})\.(\d{1,16})$/;
const FLOOR = "SELECT floor FROM ledger WHERE name = ''";

/**
 * A lease to copy, for which nothing is written: which database, and the number of its last write. It stands until a
 * write to its key has a later one, however long that takes.
 */
export function fenceToken({ identity }: Connection, seq: number): string {
  return `${identity}.${seq}`;
}

/**
 * Whether nothing has happened to the key since the token was given. Three places tell: the entry that stands, for sets
 * and fills; the table of voided leases, by a hash of the key, where no entry is left; the floor, for patterns and
 * clears. Where they cannot tell keys apart they say no.
 */
export function isFenceIntact(connection: Connection, entries: EntryTable, key: string, token: string): boolean {
  const [, identity, digits] = TOKEN.exec(token) ?? [];
  if (identity !== connection.identity) return false;
  const seq = Number(digits);
  const { floor } = connection.get<{ floor: number }>(FLOOR)!;
  return seq >= floor && entries.seqOf(connection, key) <= seq && entries.voidedAt(connection, key) <= seq;
}
