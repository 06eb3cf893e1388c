import type { MaybePromise, Scope, Versions } from '@uno-cache/core';
import { randomVersion, versionPrefix } from '@uno-cache/core/adapter';
import type { Connection } from '../sqlite/connection.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Mode } from './mode.ts';

interface TagRow {
  readonly version: string;
  readonly until: number | null;
}

const FIND = 'SELECT version, until FROM tags WHERE key = ?';
const PROLONG = 'UPDATE tags SET until = ? WHERE key = ?';
const CREATE = 'INSERT OR REPLACE INTO tags(key, version, until) VALUES (?, ?, ?)';
/** Added to what is asked for, so that the next who asks for a little more need not write. */
const MARGIN = 0.25;

/** Versions of tags as rows of a table. What is there is answered without writing. */
export class TagVersions implements Versions {
  readonly #store: Store;
  readonly #mode: Mode;
  readonly #prefix: string;

  constructor(store: Store, mode: Mode, scope: Scope) {
    this.#store = store;
    this.#mode = mode;
    this.#prefix = versionPrefix(scope);
  }

  read(names: readonly string[], now: number): (string | undefined)[] {
    return this.#store.read((connection) => names.map((name) => this.#find(connection, name, now)?.version));
  }

  ensure(names: readonly string[], until: number, now: number): MaybePromise<string[]> {
    const known = this.#store.read((connection) => names.map((name) => this.#lasting(connection, name, until, now)));
    if (known.every((version) => version !== undefined)) return known;
    return this.#mode.write((transaction) => names.map((name) => this.#ensure(transaction, name, until, now)));
  }

  renew(pairs: readonly (readonly [name: string, version: string])[], now: number): MaybePromise<void> {
    return this.#mode.write((transaction) => {
      for (const [name, version] of pairs) {
        const until = this.#find(transaction.connection, name, now)?.until;
        this.#create(transaction, name, version, until === undefined ? Infinity : (until ?? Infinity));
      }
    });
  }

  /** A row whose time is over is as none. */
  #find(connection: Connection, name: string, now: number): TagRow | undefined {
    const row = connection.get<TagRow>(FIND, this.#prefix + name);
    return row !== undefined && (row.until ?? Infinity) > now ? row : undefined;
  }

  #lasting(connection: Connection, name: string, until: number, now: number): string | undefined {
    const row = this.#find(connection, name, now);
    return row !== undefined && (row.until ?? Infinity) >= until ? row.version : undefined;
  }

  #ensure(transaction: Transaction, name: string, until: number, now: number): string {
    const row = this.#find(transaction.connection, name, now);
    const lasts = until + Math.max(0, until - now) * MARGIN;
    if (row === undefined) return this.#create(transaction, name, randomVersion(), lasts);
    if ((row.until ?? Infinity) < until) transaction.connection.run(PROLONG, finite(lasts), this.#prefix + name);
    return row.version;
  }

  #create({ connection, ledger }: Transaction, name: string, version: string, until: number): string {
    const key = this.#prefix + name;
    if (connection.get(FIND, key) === undefined) ledger.tags++;
    connection.run(CREATE, key, version, finite(until));
    return version;
  }
}

function finite(until: number): number | null {
  return until === Infinity ? null : until;
}
