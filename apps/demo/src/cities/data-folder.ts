import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Somebody else works with the folder. */
export class FolderBusyError extends Error {
  constructor(folder: string) {
    super(`Another demo is running on ${folder}. Stop it, or name another folder with --data.`);
    this.name = 'FolderBusyError';
  }
}

/**
 * Where the demo keeps its database. One demo at a time may have a folder: a second one would edit cities behind the
 * back of the first one's cache.
 */
export class DataFolder implements Disposable {
  readonly database: string;
  /** The folder of the cache's file tier. */
  readonly cache: string;
  readonly #lock: DatabaseSync;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.database = join(folder, 'cities.db');
    this.cache = join(folder, 'cache');
    this.#lock = lock(folder);
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }
}

/** A lock of SQLite: the system takes it back from a process that dies, so none is ever left behind. */
function lock(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'demo.lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw (error as { errcode?: number }).errcode === 5 ? new FolderBusyError(folder) : error;
  }
}
