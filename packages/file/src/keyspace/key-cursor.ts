import { encodeUtf8 } from '@uno-cache/core/adapter';
import type { Connection } from '../sqlite/connection.ts';
import type { KeyRange } from './key-range.ts';

const BATCH = 200;
/** Answered from the index alone. Bytes are cast to text, since some versions of Node cut text at a NUL. */
const FIRST = 'SELECT id, CAST(key AS BLOB) AS key FROM entries WHERE key >= CAST(? AS TEXT) AND key < ? ';
const NEXT = 'SELECT id, CAST(key AS BLOB) AS key FROM entries WHERE key > CAST(? AS TEXT) AND key < ? ';
const ORDER = `ORDER BY key LIMIT ${BATCH}`;

export interface ListedKey {
  readonly id: number;
  /** The physical key in UTF-8. */
  readonly key: Uint8Array;
}

/** Goes through the keys of a range, some at a time, so that the database is not kept from others meanwhile. */
export class KeyCursor {
  readonly #range: KeyRange;
  #after: Uint8Array | undefined;

  /**
   * @param range - of physical keys.
   * @param after - where another cursor has stopped.
   */
  constructor(range: KeyRange, after?: Uint8Array) {
    this.#range = range;
    this.#after = after;
  }

  /** The last key that was given. */
  get after(): Uint8Array | undefined {
    return this.#after;
  }

  /** The next keys in order; none at the end. */
  next(connection: Connection): ListedKey[] {
    const { from, to } = this.#range;
    const sql = (this.#after === undefined ? FIRST : NEXT) + ORDER;
    const keys = connection.all<ListedKey>(sql, this.#after ?? encodeUtf8(from), to);
    this.#after = keys.at(-1)?.key ?? this.#after;
    return keys;
  }
}
