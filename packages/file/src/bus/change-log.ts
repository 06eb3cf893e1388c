import type { BusMessage } from '@uno-cache/core';
import { isBusMessage } from '@uno-cache/core/adapter';
import type { Connection } from '../sqlite/connection.ts';
import type { Transaction } from '../store/transaction.ts';

/** What is kept for those who read late; who comes later is told of a gap. */
const MOST_CHANGES = 10_000;
const MOST_BYTES = 4_194_304;
/** Of what the directory may take. */
const MOST_SHARE = 1 / 16;
/** What a row takes beside its message. */
const ROW_BYTES = 64;
/** So many times while it fills up it is looked at how much there is. */
const LOOKS = 16;
const BATCH = 100;

const APPEND = 'INSERT INTO changes(id, origin, namespace, total, message) VALUES (?, ?, ?, ?, ?)';
const READ = 'SELECT id, namespace, message FROM changes WHERE id > ? AND origin <> ? ORDER BY id LIMIT ?';
const LEDGER = "SELECT seq, trimmed FROM ledger WHERE name = ''";
const OLDEST = 'SELECT id, total FROM changes ORDER BY id LIMIT ?';
const BEYOND = 'SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET ?';

export interface Change {
  readonly id: number;
  readonly namespace: string;
  /** `undefined` for one that cannot be read: damaged, or of a later version. */
  readonly message: BusMessage | undefined;
}

/** Where the log begins and ends. */
export interface LogBounds {
  /** The last number that was given out, whether to a message or to something else. */
  readonly seq: number;
  /** What had this number or a smaller one may be gone. */
  readonly trimmed: number;
}

/** Messages in the order of their commits, numbered by the ledger. */
export class ChangeLog {
  readonly #mostBytes: number;
  #appended = 0;
  #bytes = 0;

  /** @param maxBytes - what the directory may take. */
  constructor(maxBytes: number) {
    this.#mostBytes = mostBytesOf(maxBytes);
  }

  append(transaction: Transaction, origin: string, namespace: string, message: BusMessage): Change {
    const { connection, ledger } = transaction;
    const id = ++ledger.seq;
    const text = JSON.stringify(message);
    const bytes = text.length + namespace.length + ROW_BYTES;
    ledger.published += bytes;
    if (bytes > this.#mostBytes) {
      // Nobody is told what, and everybody that something was.
      trimTo(transaction, id);
    } else {
      connection.run(APPEND, id, origin, namespace, ledger.published, text);
    }
    this.#bytes += bytes;
    if (++this.#appended > MOST_CHANGES / LOOKS || this.#bytes > this.#mostBytes / LOOKS) this.#trim(transaction);
    return { id, namespace, message };
  }

  /** The next messages after a number, without those of one origin. */
  read(connection: Connection, after: number, exceptOrigin: string, limit: number): Change[] {
    const rows = connection.all<{ id: number; namespace: string; message: string }>(READ, after, exceptOrigin, limit);
    return rows.map(({ id, namespace, message }) => ({ id, namespace, message: parsed(message) }));
  }

  bounds(connection: Connection): LogBounds {
    return connection.get<LogBounds>(LEDGER)!;
  }

  #trim(transaction: Transaction): void {
    this.#appended = 0;
    this.#bytes = 0;
    trim(transaction, this.#mostBytes);
  }
}

/**
 * Drops messages beyond what a log may take in a directory that is bounded, whoever wrote them: a bus alone does not know
 * of the bound of a tier in the same directory.
 */
export function trimChanges(transaction: Transaction, maxBytes: number): void {
  trim(transaction, mostBytesOf(maxBytes));
}

function mostBytesOf(maxBytes: number): number {
  return Math.min(MOST_BYTES, maxBytes * MOST_SHARE);
}

function trim(transaction: Transaction, mostBytes: number): void {
  const { connection, ledger } = transaction;
  const beyond = connection.get<{ id: number }>(BEYOND, MOST_CHANGES);
  if (beyond !== undefined) trimTo(transaction, beyond.id);
  for (;;) {
    const oldest = connection.all<{ id: number; total: number }>(OLDEST, BATCH);
    const dropped = oldest.findLast(({ total }) => total <= ledger.published - mostBytes);
    if (dropped === undefined) return;
    trimTo(transaction, dropped.id);
  }
}

function trimTo({ connection, ledger }: Transaction, id: number): void {
  connection.run('DELETE FROM changes WHERE id <= ?', id);
  ledger.trimmed = id;
}

function parsed(text: string): BusMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isBusMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
