import type { Clock } from '@uno-cache/core';
import type { OutboxRow, OutboxStore } from './outbox-store.ts';

/** An SQLite connection, by what is needed of it: `DatabaseSync` of node:sqlite, or one of better-sqlite3. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  /** node:sqlite */
  readonly isTransaction?: boolean;
  /** better-sqlite3 */
  readonly inTransaction?: boolean;
}

export interface SqliteStatement {
  run(...values: (string | number | null)[]): { readonly changes: number | bigint };
  all(...values: (string | number | null)[]): unknown[];
}

/** An outbox in SQLite. Leases go by the clock of the host, which all its processes share. */
export class SqliteStore implements OutboxStore {
  readonly #db: SqliteDatabase;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(db: SqliteDatabase, table: string, clock: Clock) {
    this.#db = db;
    this.#table = table;
    this.#clock = clock;
  }

  write(event: string, payload: string | null): void {
    this.#run(`INSERT INTO ${this.#table} (event, payload) VALUES (?, ?)`, event, payload);
  }

  migrate(): void {
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS ${this.#table} (
        id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, payload TEXT, failure TEXT
      );
      CREATE INDEX IF NOT EXISTS ${this.#table}_due ON ${this.#table} (id) WHERE failure IS NULL;
      CREATE TABLE IF NOT EXISTS ${this.#table}_relay (
        one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, ends REAL NOT NULL
      );
    `);
  }

  claim(holder: string, leaseMs: number): boolean {
    if (this.#isInTransaction) return false;
    const now = this.#clock.now();
    const sql = `
      INSERT INTO ${this.#table}_relay (one, holder, ends) VALUES (1, ?, ?)
      ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, ends = excluded.ends
      WHERE ends <= ? OR holder = excluded.holder`;
    return Number(this.#run(sql, holder, now + leaseMs, now)) === 1;
  }

  release(holder: string): void {
    this.#run(`DELETE FROM ${this.#table}_relay WHERE holder = ?`, holder);
  }

  read(limit: number, after: number): OutboxRow[] {
    if (this.#isInTransaction) return [];
    const sql = `SELECT id, event, payload FROM ${this.#table} WHERE failure IS NULL AND id > ? ORDER BY id LIMIT ?`;
    return this.#db.prepare(sql).all(after, limit) as OutboxRow[];
  }

  remove(ids: readonly number[]): void {
    this.#run(`DELETE FROM ${this.#table} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
  }

  giveUp(id: number, reason: string): void {
    this.#run(`UPDATE ${this.#table} SET failure = ? WHERE id = ?`, reason, id);
  }

  get #isInTransaction(): boolean {
    return this.#db.isTransaction ?? this.#db.inTransaction ?? false;
  }

  #run(sql: string, ...values: (string | number | null)[]): number | bigint {
    return this.#db.prepare(sql).run(...values).changes;
  }
}
