import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { loadSqlite } from './sqlite.ts';

/** A database that is open, with the statements that have been prepared on it. */
export class Connection {
  readonly path: string;
  readonly #inode: number;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Random; given to the database when it was made. */
  identity = '';
  #isInTransaction = false;

  /** @param path - of a file that is there. */
  constructor(path: string) {
    const { DatabaseSync } = loadSqlite();
    this.path = path;
    this.#inode = statSync(path).ino;
    this.#db = new DatabaseSync(path);
  }

  /** Whether the file is still what the path names: it may have been replaced, or deleted. */
  get isInPlace(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  /** Runs statements that are not worth keeping. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...parameters) as Row | undefined;
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...parameters) as Row[];
  }

  /** @returns how many rows were changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#prepared(sql).run(...parameters).changes as number;
  }

  /** Whether callers must not be called back: what they do would become part of the transaction. */
  get isInTransaction(): boolean {
    return this.#isInTransaction;
  }

  /** Reads as of one moment, under one lock. */
  snapshot<T>(operation: () => T): T {
    return this.#transact('BEGIN', operation);
  }

  /** Writes all of it or nothing. */
  write<T>(operation: () => T): T {
    return this.#transact('BEGIN IMMEDIATE', operation);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #transact<T>(begin: string, operation: () => T): T {
    this.run(begin);
    this.#isInTransaction = true;
    try {
      const answer = operation();
      this.run('COMMIT');
      return answer;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  #rollBack(): void {
    try {
      this.run('ROLLBACK');
    } catch {
      // SQLite has done so by itself, or the file is damaged.
    }
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
