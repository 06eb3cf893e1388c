import { encodeUtf8 } from '@uno-cache/core/adapter';
import type { Connection } from '../sqlite/connection.ts';
import type { KeyRange } from './key-range.ts';

const BATCH = 200;
/** Bytes are cast to text and back, since some versions of Node cut text at a NUL. */
const LISTED = 'SELECT id, CAST(key AS BLOB) AS key FROM entries';
/** By the index, which has all that is asked for. */
const FIRST_BY_KEY = `${LISTED} WHERE key >= CAST(? AS TEXT) AND key < ? ORDER BY key LIMIT ${BATCH}`;
const NEXT_BY_KEY = `${LISTED} WHERE key > CAST(? AS TEXT) AND key < ? ORDER BY key LIMIT ${BATCH}`;
const NEXT_BY_ID = `${LISTED} WHERE id > ? ORDER BY id LIMIT ${BATCH}`;

export interface ListedKey {
  readonly id: number;
  /** The physical key in UTF-8. */
  readonly key: Uint8Array;
}

/** Goes through keys, some at a time, so that the database is not kept from others meanwhile. */
export interface KeyCursor {
  /** The next keys; none at the end. */
  next(connection: Connection): ListedKey[];
  /** Another that goes on from here. */
  copy(): KeyCursor;
}

/** Those of a range, in their order. */
export class CursorByKey implements KeyCursor {
  readonly #range: KeyRange;
  #after: Uint8Array | undefined;

  constructor(range: KeyRange, after?: Uint8Array) {
    this.#range = range;
    this.#after = after;
  }

  next(connection: Connection): ListedKey[] {
    const { from, to } = this.#range;
    const sql = this.#after === undefined ? FIRST_BY_KEY : NEXT_BY_KEY;
    const keys = connection.all<ListedKey>(sql, this.#after ?? encodeUtf8(from), to);
    this.#after = keys.at(-1)?.key ?? this.#after;
    return keys;
  }

  copy(): CursorByKey {
    return new CursorByKey(this.#range, this.#after);
  }
}

/** All there are, in the order in which they are stored: what is deleted in this order leaves whole pages. */
export class CursorById implements KeyCursor {
  #after: number;

  constructor(after: number = 0) {
    this.#after = after;
  }

  next(connection: Connection): ListedKey[] {
    const keys = connection.all<ListedKey>(NEXT_BY_ID, this.#after);
    this.#after = keys.at(-1)?.id ?? this.#after;
    return keys;
  }

  copy(): CursorById {
    return new CursorById(this.#after);
  }
}
