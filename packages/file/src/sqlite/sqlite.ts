import { CacheError } from '@uno-cache/core';

type Sqlite = typeof import('node:sqlite');

/**
 * The platform's SQLite. Not imported but asked for: a program that names this package and never opens a file tier
 * neither needs the module nor sees its warning.
 *
 * @throws CacheError `PLATFORM_UNSUPPORTED`.
 */
export function loadSqlite(): Sqlite {
  const sqlite = process.getBuiltinModule?.('node:sqlite');
  if (sqlite !== undefined) return sqlite;
  throw new CacheError('PLATFORM_UNSUPPORTED', 'This runtime has no node:sqlite, which the file tier is built on.');
}

/** What an error of SQLite means for whoever met it. */
export type Failure =
  /** Another connection is at it: try again. */
  | 'busy'
  /** The file is not, or no longer, a database that can be read. */
  | 'damage'
  /** The disk, the quota or the file's limit. */
  | 'full'
  | 'other';

const BUSY = 5;
const LOCKED = 6;
const READONLY_MOVED = 1032;
const CORRUPT = 11;
const FULL = 13;
const PROTOCOL = 15;
const NOT_A_DATABASE = 26;
const FORMAT = 24;
const NO_SPACE = 10;

/** `undefined` when the error is not one of SQLite's. */
export function failureOf(error: unknown): Failure | undefined {
  const code = sqliteCode(error);
  if (code === undefined) return undefined;
  if (code === READONLY_MOVED) return 'damage';
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return 'busy';
    case CORRUPT:
    case NOT_A_DATABASE:
    case FORMAT:
      return 'damage';
    case FULL:
      return 'full';
    case NO_SPACE:
      return isOutOfSpace(error) ? 'full' : 'other';
    case 1:
      // A file that was emptied under the connection is a database without tables.
      return /no such (table|column|index)/.test((error as Error).message) ? 'damage' : 'other';
    default:
      return 'other';
  }
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode : undefined;
}

/** Writing to the shared-memory file or the log fails as an I/O error where it cannot grow. */
function isOutOfSpace(error: unknown): boolean {
  const SHM_SIZE = 4874;
  return (error as { errcode?: number }).errcode === SHM_SIZE;
}
