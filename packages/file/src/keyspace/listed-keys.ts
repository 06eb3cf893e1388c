import type { Clock } from '@uno-cache/core';
import { compileGlob, decodeUtf8, literalPrefix } from '@uno-cache/core/adapter';
import type { Row } from '../entries/entry-table.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Store } from '../store/store.ts';
import { CursorByKey } from './key-cursor.ts';
import { rangeOf } from './key-range.ts';
import { isVisible, timesOf } from './stored-header.ts';

const HEAD = 'SELECT substr(bytes, 1, 120) AS bytes FROM entries WHERE id = ?';

/** The keys of a keyspace that have a value, read in slices, between which the event loop gets its turn. */
export function listedKeys(
  store: Store,
  prefix: string,
  pattern: string | undefined,
  clock: Clock,
  isSync: boolean,
): Iterable<string> | AsyncIterable<string> {
  const matches = pattern === undefined ? () => true : compileGlob(pattern);
  const cursor = new CursorByKey(rangeOf(prefix + (pattern === undefined ? '' : literalPrefix(pattern))));
  const slice = (): { isLast: boolean; keys: string[] } =>
    store.read((connection) => {
      const listed = cursor.next(connection);
      const now = clock.now();
      const keys = listed.flatMap(({ id, key }) => {
        const text = decodeUtf8(key).slice(prefix.length);
        return matches(text) && hasValue(connection, id, now) ? [text] : [];
      });
      return { isLast: listed.length === 0, keys };
    });
  return isSync ? inOneGo(slice) : inTurns(slice);
}

type Slice = () => { isLast: boolean; keys: string[] };

function* inOneGo(slice: Slice): Generator<string> {
  for (let read = slice(); !read.isLast; read = slice()) yield* read.keys;
}

async function* inTurns(slice: Slice): AsyncGenerator<string> {
  for (let read = slice(); !read.isLast; read = slice()) {
    yield* read.keys;
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

function hasValue(connection: Connection, id: number, now: number): boolean {
  const times = timesOf(connection.get<Pick<Row, 'bytes'>>(HEAD, id)?.bytes);
  return times !== undefined && isVisible(times, now);
}
