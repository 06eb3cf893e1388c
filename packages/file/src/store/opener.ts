import { CacheError } from '@uno-cache/core';
import { applyDurability, isFromEarlierBoot } from '../durability.ts';
import { Connection } from '../sqlite/connection.ts';
import { ForeignDatabase, prepareSchema } from '../sqlite/schema.ts';
import { failureOf } from '../sqlite/sqlite.ts';
import { Generations } from './generations.ts';
import { LockWait } from './lock-wait.ts';
import type { StoreOptions } from './store.ts';

const PAGE_BYTES = 4096;
/** Of the page cache, in kB: of each connection, and never more than a quarter of what there may be to cache. */
const CACHE_KB = 96_000;
/** A file that cannot be used, and the one that comes after it. */
const MOST_TRIES = 5;

interface Opened {
  readonly connection: Connection;
  /** What had to be set aside first. */
  readonly damage: CacheError | undefined;
}

/** Opens the database of a directory, whatever it finds there. */
export class Opener {
  readonly directory: string;
  readonly #options: StoreOptions;
  readonly #generations: Generations;

  constructor(options: StoreOptions) {
    this.directory = options.directory;
    this.#options = options;
    this.#generations = new Generations(options.directory);
  }

  get asideBytes(): number {
    return this.#generations.asideBytes;
  }

  /**
   * @param lastSeq - the greatest sequence number that was seen; a new database goes on from there.
   * @throws CacheError `TIER_FAILED`, `TIMEOUT`.
   */
  open(lastSeq: number, now: number): Opened {
    const wait = new LockWait();
    let damage: CacheError | undefined;
    for (let tries = 1; ; ) {
      let path: string | undefined;
      try {
        path = this.#generations.current();
        return { connection: this.#connect(path, Math.max(lastSeq + 1, Math.floor(now * 1000))), damage };
      } catch (error) {
        const isMomentary = failureOf(error) === 'busy' || (error as NodeJS.ErrnoException).code === 'ENOENT';
        if (isMomentary && wait.pause()) continue;
        if (path === undefined || !isUnusable(error) || ++tries > MOST_TRIES) throw this.#failure(error);
        damage = this.setAside(path, error) ?? damage;
      }
    }
  }

  /** Takes a file out of use; gives what is to be told about it, unless another process has done so. */
  setAside(path: string, reason: unknown): CacheError | undefined {
    const { owner, limits } = this.#options;
    const { message } = reason as Error;
    if (reason instanceof OutdatedDatabase) {
      this.#generations.setAside(path, 0);
      return undefined;
    }
    const aside = this.#generations.setAside(path, limits.maxBytes / 2);
    const kept = aside === undefined ? 'was removed' : `is kept as ${aside}`;
    const text = `${owner} begins anew with an empty database: ${path} could not be used (${message}) and ${kept}.`;
    return new CacheError('TIER_FAILED', text, { cause: reason });
  }

  #connect(path: string, firstSeq: number): Connection {
    const connection = new Connection(path);
    try {
      const { durability, limits } = this.#options;
      const cacheKb = Math.min(CACHE_KB, Math.ceil(limits.maxBytes / 4096));
      connection.exec(`PRAGMA busy_timeout=0; PRAGMA page_size=${PAGE_BYTES}; PRAGMA auto_vacuum=INCREMENTAL`);
      connection.exec(`PRAGMA cache_size=-${cacheKb}; PRAGMA temp_store=MEMORY`);
      // A log that begins anew is cut, so that its size on the disk tells how full it is.
      connection.exec('PRAGMA journal_size_limit=0');
      prepareSchema(connection, firstSeq);
      if (isFromEarlierBoot(connection)) throw new OutdatedDatabase('the machine was started anew');
      applyDurability(connection, durability);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #failure(error: unknown): CacheError {
    if (CacheError.is(error)) return error;
    const { owner, directory } = this.#options;
    const code = failureOf(error) === 'busy' ? 'TIMEOUT' : 'TIER_FAILED';
    return new CacheError(code, `${owner} could not open its database in ${directory}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Written without being flushed before the machine was started anew. */
class OutdatedDatabase extends Error {
  override readonly name = 'OutdatedDatabase';
}

function isUnusable(error: unknown): boolean {
  return failureOf(error) === 'damage' || error instanceof ForeignDatabase || error instanceof OutdatedDatabase;
}
