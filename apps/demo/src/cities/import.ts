import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { City } from './cities.ts';
import { INDEXES, SCHEMA_VERSION, schemaVersionOf, TABLES } from './schema.ts';

const ROWS_PER_SLICE = 5000;

export interface ImportOptions {
  /** Where the database is to stand. */
  readonly file: string;
  readonly source: () => Promise<readonly City[]>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Builds the database, unless it is there already. It is written aside and renamed when it is complete, so an import
 * that was interrupted has left nothing that could be taken for a database; the next one starts over.
 *
 * @returns whether there was anything to do.
 */
export async function importCities(options: ImportOptions): Promise<boolean> {
  if (isComplete(options.file)) return false;
  const aside = `${options.file}.importing`;
  removeDatabase(aside);
  await fill(aside, options);
  // What stood here is of another version, or no database; its write-ahead log must not be taken for the new one's.
  removeDatabase(options.file);
  renameSync(aside, options.file);
  return true;
}

function isComplete(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    using database = new DatabaseSync(file, { readOnly: true });
    return schemaVersionOf(database) === SCHEMA_VERSION;
  } catch {
    return false;
  }
}

async function fill(file: string, { source, onProgress, signal }: ImportOptions): Promise<void> {
  const cities = await source();
  using database = new DatabaseSync(file);
  // What a crash leaves of this file is thrown away, so nothing has to be rolled back.
  database.exec(`PRAGMA journal_mode = OFF; ${TABLES}; BEGIN`);
  const insert = database.prepare('INSERT INTO city VALUES (?, ?, ?, ?, ?, ?)');
  for (let start = 0; start < cities.length; start += ROWS_PER_SLICE) {
    for (const { id, name, country, population, latitude, longitude } of cities.slice(start, start + ROWS_PER_SLICE)) {
      insert.run(id, name, country, population, latitude, longitude);
    }
    onProgress?.(Math.min(start + ROWS_PER_SLICE, cities.length), cities.length);
    await setImmediate();
    signal?.throwIfAborted();
  }
  database.exec(`${INDEXES}; COMMIT; PRAGMA user_version = ${SCHEMA_VERSION}; PRAGMA journal_mode = WAL`);
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}
