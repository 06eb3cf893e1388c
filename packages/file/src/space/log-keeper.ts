import { statSync } from 'node:fs';
import type { Connection } from '../sqlite/connection.ts';
import { failureOf } from '../sqlite/sqlite.ts';

/** Shares of what the log may take: from the first on it is moved in passing, from the second on others wait for it. */
const PASSIVE_SHARE = 0.3;
const FORCED_SHARE = 0.375;
/** By how much the log has grown when moving it in passing is tried again. */
const STEP_SHARE = 0.0625;
const LOOK_EVERY = 4;
const LOOK_SHARE = 1 / 128;
const LEAST_BYTES = 131_072;
/** Beyond this share nobody writes on before it has been moved. */
const OVERRUN_SHARE = 0.5;
/** How long others are waited for when the log has to be moved, in one attempt and in all. */
const PATIENCE_MS = 30;
const ATTEMPT_MS = 10;

/**
 * Moves SQLite's log into the database before it grows too large. SQLite would do so by itself, but where several
 * processes write all the time it never finds the moment in which all of the log has been moved and can begin anew.
 */
export class LogKeeper {
  readonly #most: number;
  #bytes: number;
  #commits = 0;
  #written = 0;
  #triedAt = 0;
  #mayBeOverrun = false;

  /** @param bytes - what the log may take. */
  constructor(bytes: number) {
    this.#most = bytes;
    this.#bytes = bytes;
  }

  /** Takes less where less room is held ready, into which all of the log has to fit when the disk is full. */
  fitInto(reserveBytes: number): void {
    this.#bytes = Math.max(LEAST_BYTES, Math.min(this.#most, 2 * reserveBytes));
  }

  /** To be called after each commit. */
  committed(connection: Connection, written: number): void {
    this.#written += written;
    if (++this.#commits < LOOK_EVERY && this.#written < this.#bytes * LOOK_SHARE) return;
    this.#commits = 0;
    this.#written = 0;
    const size = this.#sizeOf(connection);
    if (size < this.#triedAt) this.#triedAt = 0;
    if (size > this.#bytes * FORCED_SHARE) this.truncate(connection);
    else if (size > Math.max(this.#bytes * PASSIVE_SHARE, this.#triedAt)) this.#movePassively(connection, size);
  }

  /** Whether the log has room for more, which is made if others let it happen in that time. */
  hasRoom(connection: Connection, patienceMs: number): boolean {
    if (!this.#mayBeOverrun) return true;
    const isOverrun = this.#sizeOf(connection) > this.#bytes * OVERRUN_SHARE;
    this.#mayBeOverrun = isOverrun && !this.truncate(connection, patienceMs);
    return !this.#mayBeOverrun;
  }

  /** Moves all of the log and frees its space; whether others were not at it for too long. */
  truncate(connection: Connection, patienceMs: number = PATIENCE_MS): boolean {
    const until = performance.now() + patienceMs;
    connection.exec(`PRAGMA busy_timeout=${ATTEMPT_MS}`);
    try {
      while (!checkpoint(connection, 'TRUNCATE')) {
        if (performance.now() > until) {
          this.#mayBeOverrun = true;
          return false;
        }
      }
      return true;
    } finally {
      connection.exec('PRAGMA busy_timeout=0');
    }
  }

  #sizeOf({ path }: Connection): number {
    return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  #movePassively(connection: Connection, size: number): void {
    checkpoint(connection, 'PASSIVE');
    this.#triedAt = size + this.#bytes * STEP_SHARE;
  }
}

/** Whether nobody was in the way. */
function checkpoint(connection: Connection, mode: 'PASSIVE' | 'TRUNCATE'): boolean {
  try {
    return connection.get<{ busy: number }>(`PRAGMA wal_checkpoint(${mode})`)?.busy === 0;
  } catch (error) {
    // Of the disk being full the next write will hear as well.
    if (failureOf(error) === 'busy') return false;
    return true;
  }
}
