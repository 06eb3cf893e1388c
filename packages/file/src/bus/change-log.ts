import type { BusMessage } from '@uno-cache/core';
import type { Connection } from '../sqlite/connection.ts';
import type { Transaction } from '../store/transaction.ts';

/** What is kept for those who read late; who comes later is told of a gap. */
const MOST_CHANGES = 10_000;
const MOST_BYTES = 4_000_000;
/** Between two looks at how much there is, in messages and in bytes. */
const TRIM_EVERY = 500;
const TRIM_BYTES = 500_000;

const APPEND = 'INSERT INTO changes(id, origin, namespace, message) VALUES (?, ?, ?, ?)';
const READ = 'SELECT id, namespace, message FROM changes WHERE id > ? AND origin <> ? ORDER BY id LIMIT ?';
const LEDGER = "SELECT seq, trimmed FROM ledger WHERE name = ''";

export interface Change {
  readonly id: number;
  readonly namespace: string;
  readonly message: BusMessage;
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
  #appended = 0;
  #bytes = 0;

  append(transaction: Transaction, origin: string, namespace: string, message: BusMessage): Change {
    const text = JSON.stringify(message);
    const { connection, ledger } = transaction;
    const id = ++ledger.seq;
    connection.run(APPEND, id, origin, namespace, text);
    this.#bytes += text.length;
    if (++this.#appended >= TRIM_EVERY || this.#bytes >= TRIM_BYTES) {
      this.#appended = 0;
      this.#bytes = 0;
      trim(transaction);
    }
    return { id, namespace, message };
  }

  /** The next messages after a number, without those of one origin. */
  read(connection: Connection, after: number, exceptOrigin: string, limit: number): Change[] {
    const rows = connection.all<{ id: number; namespace: string; message: string }>(READ, after, exceptOrigin, limit);
    return rows.map(({ id, namespace, message }) => ({ id, namespace, message: JSON.parse(message) as BusMessage }));
  }

  bounds(connection: Connection): LogBounds {
    return connection.get<LogBounds>(LEDGER)!;
  }
}

function trim({ connection, ledger }: Transaction): void {
  const rows = connection.all<{ id: number; bytes: number }>(
    'SELECT id, length(message) AS bytes FROM changes ORDER BY id DESC LIMIT ?',
    MOST_CHANGES + 1,
  );
  let bytes = 0;
  const first = rows.find((row, index) => {
    bytes += row.bytes;
    return index >= MOST_CHANGES || bytes > MOST_BYTES;
  });
  if (first === undefined) return;
  connection.run('DELETE FROM changes WHERE id <= ?', first.id);
  ledger.trimmed = first.id;
}
