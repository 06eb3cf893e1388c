import type { EvictionCause } from '@uno-cache/core';
import { crc32, decodeUtf8 } from '@uno-cache/core/adapter';
import type { Connection } from '../sqlite/connection.ts';
import type { Transaction } from '../store/transaction.ts';
import type { LargeValues } from './large-values.ts';

/** An entry as it stands in the table. */
export interface Row {
  readonly id: number;
  readonly seq: number;
  /** Of its payload, where that is large; then `bytes` are only header and tags. */
  readonly file: string | null;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** An entry that has to go. */
export interface Victim extends Pick<Row, 'id' | 'seq' | 'file' | 'size'> {
  /** The physical key in UTF-8: as text some versions of Node cut it at a NUL. */
  readonly key: Uint8Array;
  /** What is freed with it, about. */
  readonly space: number;
}

/** An entry on its way into the table. */
export interface NewRow extends Omit<Row, 'id'> {
  readonly ends: number;
}

/** Keys share slots, so that the table of voided leases to copy is bounded. */
const VOID_SLOTS = 1_024;

const FIND = 'SELECT id, seq, file, size, bytes FROM entries WHERE key = ?';
/** No more than most reads need: each column costs. */
const READ = 'SELECT bytes FROM entries WHERE key = ?';
const INSERT =
  'INSERT INTO entries(key, ends, seq, file, size, bytes) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO NOTHING';
const STANDING = 'SELECT id, file, size FROM entries WHERE key = ?';
const UPDATE = 'UPDATE entries SET ends = ?, seq = ?, file = ?, size = ?, bytes = ? WHERE id = ?';
const PATCH = 'UPDATE entries SET ends = ?, seq = ?, bytes = ? WHERE id = ?';
const VICTIM =
  'SELECT id, seq, file, size, size + length(bytes) + length(key) AS space, CAST(key AS BLOB) AS key FROM entries';
const VOID = 'INSERT INTO voided(slot, seq) VALUES (?, ?) ON CONFLICT(slot) DO UPDATE SET seq = max(seq, excluded.seq)';

/** The table of entries, by physical key. What it writes keeps the ledger, the files and the leases in step. */
export class EntryTable {
  readonly #large: LargeValues;
  readonly #evicted: (key: string, cause: EvictionCause) => void;

  constructor(large: LargeValues, evicted: (key: string, cause: EvictionCause) => void) {
    this.#large = large;
    this.#evicted = evicted;
  }

  /** The bytes alone: of a large entry, header and tags. */
  read(connection: Connection, key: string): Uint8Array | undefined {
    return connection.get<Pick<Row, 'bytes'>>(READ, key)?.bytes;
  }

  find(connection: Connection, key: string): Row | undefined {
    return connection.get<Row>(FIND, key);
  }

  /** When the entry was last written in a way that voids leases; 0 when there is none. */
  seqOf(connection: Connection, key: string): number {
    return connection.get<{ seq: number }>('SELECT seq FROM entries WHERE key = ?', key)?.seq ?? 0;
  }

  /** Stores under a key of the keyspace, and voids what leases it has. */
  put(transaction: Transaction, prefix: string, key: string, row: NewRow): number {
    const { connection, ledger } = transaction;
    const { ends, seq, file, size, bytes } = row;
    const end = ends === Infinity ? null : ends;
    this.voidLease(transaction, key);
    ledger.files += size;
    transaction.written += bytes.length + size + key.length;
    if (connection.run(INSERT, key, end, seq, file, size, bytes) > 0) {
      transaction.count(prefix, 1);
      return 0;
    }
    const standing = connection.get<Pick<Row, 'id' | 'file' | 'size'>>(STANDING, key)!;
    this.#dropFile(transaction, standing);
    connection.run(UPDATE, end, seq, file, size, bytes, standing.id);
    return standing.id;
  }

  /** Replaces the bytes before the payload, with the times in them. */
  patch({ connection }: Transaction, { id, seq }: Pick<Row, 'id' | 'seq'>, ends: number, bytes: Uint8Array): void {
    connection.run(PATCH, ends === Infinity ? null : ends, seq, bytes, id);
  }

  remove(transaction: Transaction, prefix: string, row: Pick<Row, 'id' | 'file' | 'size'>): void {
    this.#dropFile(transaction, row);
    transaction.connection.run('DELETE FROM entries WHERE id = ?', row.id);
    transaction.count(prefix, -1);
    transaction.written += 1_000;
  }

  /** Ends the lease of who loads the key. */
  voidLease(transaction: Transaction, key: string): void {
    if (transaction.hasLeases) transaction.connection.run('DELETE FROM leases WHERE key = ?', key);
  }

  /** Ends the leases of those who copy to the key, where no entry is going to tell. */
  voidCopies({ connection }: Transaction, key: string, seq: number): void {
    connection.run(VOID, slotOf(key), seq);
  }

  /** Up to when leases to copy to the key have been voided, apart from what its entry tells. */
  voidedAt(connection: Connection, key: string): number {
    return connection.get<{ seq: number }>('SELECT seq FROM voided WHERE slot = ?', slotOf(key))?.seq ?? 0;
  }

  /** Entries that are over, those first that have been so longest. */
  dead({ connection }: Transaction, now: number, limit: number): Victim[] {
    return connection.all<Victim>(`${VICTIM} WHERE ends <= ? ORDER BY ends LIMIT ?`, now, limit);
  }

  /** Entries in the order in which they are evicted. */
  oldest({ connection }: Transaction, limit: number): Victim[] {
    return connection.all<Victim>(`${VICTIM} ORDER BY id LIMIT ?`, limit);
  }

  /** Spares an entry: it will be evicted after all that are there now. Gives how many were moved. */
  moveBack({ connection }: Transaction, id: number): number {
    return connection.run('UPDATE entries SET id = (SELECT max(id) + 1 FROM entries) WHERE id = ?', id);
  }

  /** Removes entries for want of space or time. No lease is voided by that, but what the entries told is kept. */
  evict(transaction: Transaction, victims: readonly Victim[], cause: EvictionCause): void {
    const keys = victims.map(({ key }) => decodeUtf8(key));
    // All of them first: what is written then may need their pages.
    victims.forEach((victim, index) => {
      this.remove(transaction, prefixOf(keys[index]!), victim);
    });
    victims.forEach(({ seq }, index) => {
      this.voidCopies(transaction, keys[index]!, seq);
    });
    transaction.afterCommit(() => {
      for (const key of keys) this.#evicted(key, cause);
    });
  }

  #dropFile(transaction: Transaction, { file, size }: Pick<Row, 'file' | 'size'>): void {
    if (file === null) return;
    transaction.ledger.files -= size;
    transaction.afterCommit(() => this.#large.remove(file));
  }
}

/** The keyspace's part of a physical key: up to the second colon. */
export function prefixOf(key: string): string {
  return key.slice(0, key.indexOf(':', key.indexOf(':') + 1) + 1);
}

function slotOf(key: string): number {
  return crc32(key) % VOID_SLOTS;
}
