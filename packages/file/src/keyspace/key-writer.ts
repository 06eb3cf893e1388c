import type { Entry } from '@uno-cache/core';
import { patchEntry, usableUntil } from '@uno-cache/core/adapter';
import type { EntryTable, Row } from '../entries/entry-table.ts';
import type { Recency } from '../space/recency.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Encoded } from './row-codec.ts';
import type { StoredHeader } from './stored-header.ts';
import { isVisible, stamp, storedHeader } from './stored-header.ts';

/** A row whose bytes are in order. */
export interface Standing {
  readonly row: Row;
  readonly header: StoredHeader;
}

/** What is done to one scope's keys within a transaction. */
export class KeyWriter {
  readonly #entries: EntryTable;
  readonly #recency: Recency;
  readonly #prefix: string;

  constructor(entries: EntryTable, recency: Recency, prefix: string) {
    this.#entries = entries;
    this.#recency = recency;
    this.#prefix = prefix;
  }

  /** Stores an entry and voids every lease of the key; gives the version. */
  put(transaction: Transaction, key: string, encoded: Encoded, now: number): number {
    const seq = transaction.seqAfter(encoded.version, now);
    const version = encoded.version === 0 ? seq : encoded.version;
    stamp(encoded.bytes, version);
    const replaced = this.#entries.put(transaction, this.#prefix, this.#prefix + key, { ...encoded, seq });
    if (replaced > 0 && transaction.ledger.crowded === 1) this.#entries.moveBack(transaction, replaced);
    else if (replaced > 0) this.#recency.note(this.#prefix + key);
    return version;
  }

  /** The entry that stands; `undefined` when there is none, or its bytes are damaged. */
  find({ connection }: Transaction, key: string): Standing | undefined {
    const physical = this.#prefix + key;
    const row = this.#entries.find(connection, physical);
    const header = row && storedHeader(row, physical);
    return row && header && { row, header };
  }

  /** Takes away whatever stands, and voids every lease of the key; whether a value was there. */
  delete(transaction: Transaction, key: string, now: number): boolean {
    const physical = this.#prefix + key;
    const row = this.#entries.find(transaction.connection, physical);
    const header = row && storedHeader(row, physical);
    this.void(transaction, key, header?.version ?? 0, now);
    if (row !== undefined) this.#entries.remove(transaction, this.#prefix, row);
    return header !== undefined && isVisible(header, now);
  }

  remove(transaction: Transaction, row: Row): void {
    this.#entries.remove(transaction, this.#prefix, row);
  }

  /** Voids every lease of the key; gives the sequence number of that, which is greater than the version. */
  void(transaction: Transaction, key: string, version: number, now: number): number {
    const seq = transaction.seqAfter(version, now);
    this.#entries.voidLease(transaction, this.#prefix + key);
    this.#entries.voidCopies(transaction, this.#prefix + key, seq);
    return seq;
  }

  /** Writes other times into an entry. */
  retime(transaction: Transaction, row: Row, seq: number, after: Entry): void {
    const { version, freshUntil, slidingMs, slidesUntil } = after;
    const bytes = patchEntry(row.bytes, { version, freshUntil, slidingMs, slidesUntil });
    this.#entries.patch(transaction, { id: row.id, seq }, usableUntil(after), bytes);
  }
}
