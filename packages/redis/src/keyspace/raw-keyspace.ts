import type { Entry, Keyspace, KeyspaceItem, Serializer, Versions } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkKey, checkValueBytes, decodeValue, encodeValue } from '@uno-cache/core/adapter';
import { askForMany } from '../connection/many-keys.ts';
import { refused } from '../connection/server-error.ts';
import { readRawScript, touchRawScript } from '../scripts/raw-scripts.ts';
import { ttlText } from './entry-bytes.ts';
import type { KeyspaceContext } from './keyspace-context.ts';
import { rawVersion } from './raw-version.ts';
import { Sweep } from './sweep.ts';

/** Keys that one script reads. */
const MAX_KEYS = 1_000;
/** What stands for the version of all tags together, of which there are none. */
const NO_TAGS = 'raw';
const NEEDS_ENTRIES = "need redis({ format: 'entry' }): with 'raw' nothing is stored beside the value";

/**
 * One region's keys as any program reads and writes them: the serializer's bytes, with the server's own end of life. There is
 * no place for a lease, tags, windows or a negative entry.
 */
export class RawKeyspace implements Keyspace {
  readonly serializer: Serializer;
  readonly #context: KeyspaceContext;
  readonly #sweep: Sweep;

  constructor(context: KeyspaceContext) {
    this.#context = context;
    this.serializer = context.serializer;
    this.#sweep = new Sweep(context, 'raw');
  }

  readonly versions: Versions = {
    read: async (names) => this.#noTags(names),
    ensure: async (names) => this.#noTags(names),
    renew: async (pairs) => void this.#noTags(pairs.map(([name]) => name)),
  };

  async get(key: string, now: number): Promise<Entry | undefined> {
    return (await this.getMany([key], now))[0];
  }

  async getMany(keys: readonly string[], now: number): Promise<(Entry | undefined)[]> {
    const { connection } = this.#context;
    const names = keys.map((key) => this.#name(key));
    const found = await askForMany(connection, names, MAX_KEYS, async (some) => {
      const answer = (await connection.script(readRawScript, some, [])) as (Buffer | number | null)[];
      return some.map((_, index) => [answer[2 * index], answer[2 * index + 1]] as [Buffer | null, number]);
    });
    return found.map(([bytes, ttl], index) => this.#entry(bytes, ttl, keys[index]!, now));
  }

  async set(key: string, entry: Entry, now: number, payload?: Uint8Array): Promise<number> {
    if (entry.tags !== undefined) throw new TypeError(`tags ${NEEDS_ENTRIES}`);
    const name = this.#name(key);
    const { connection, start, mostValueBytes } = this.#context;
    const ttl = ttlText(entry.freshUntil - now);
    if (entry.negative || ttl === '0') {
      await this.delete(key);
      return rawVersion(Buffer.alloc(0));
    }
    try {
      const bytes = Buffer.from(payload ?? encodeValue(this.serializer, entry.value, start + key));
      checkValueBytes(key, bytes.length, mostValueBytes);
      const expiry = ttl === '' ? ([] as const) : (['PX', ttl] as const);
      await connection.send((client) => client.call('set', name, bytes, ...expiry));
      return rawVersion(bytes);
    } catch (error) {
      // Never is the old value left standing.
      await this.delete(key);
      throw refused(error);
    }
  }

  async setMany(items: readonly KeyspaceItem[], now: number): Promise<(number | Error)[]> {
    const { connection } = this.#context;
    // One of us waits, and not as many as there are items.
    if (connection.now === undefined) await connection.ready();
    const stored = items.map(async ({ key, entry, payload }) => {
      try {
        return await this.set(key, entry, now, payload);
      } catch (error) {
        if (CacheError.is(error, 'TIER_FAILED') || CacheError.is(error, 'CLOSED')) throw error;
        return error as Error;
      }
    });
    return Promise.all(stored);
  }

  async delete(key: string): Promise<boolean> {
    const name = this.#name(key);
    return Number(await this.#context.connection.send((client) => client.unlink(name))) === 1;
  }

  async deleteMany(keys: readonly string[]): Promise<boolean[]> {
    const { connection } = this.#context;
    const names = keys.map((key) => this.#name(key));
    const there = await askForMany(connection, names, MAX_KEYS, async (some) => {
      const unlinked = some.map((name) => connection.send((client) => client.unlink(name)));
      return Promise.all(unlinked);
    });
    return there.map((count) => Number(count) === 1);
  }

  async touch(key: string, freshUntil: number, now: number): Promise<number> {
    const ttl = ttlText(freshUntil - now);
    const bytes = await this.#context.connection.script(touchRawScript, [this.#name(key)], [ttl === '0' ? 1 : ttl]);
    return bytes === null ? 0 : rawVersion(bytes as Buffer);
  }

  /** There are no windows, so nothing is left of it. */
  async expire(key: string, now: number): Promise<number> {
    return (await this.delete(key)) ? Math.floor(now) : 0;
  }

  async deletePattern(pattern: string): Promise<void> {
    await this.#sweep.deletePattern(pattern);
  }

  async clear(): Promise<void> {
    await this.#sweep.clear();
  }

  keys(pattern: string = '*'): AsyncIterable<string> {
    return this.#sweep.keys(pattern);
  }

  #entry(bytes: Buffer | null, ttl: number, key: string, now: number): Entry | undefined {
    if (bytes === null) return undefined;
    const freshUntil = ttl < 0 ? Infinity : now + ttl;
    try {
      const value = decodeValue(this.serializer, bytes, this.#context.start + key);
      const times = { createdAt: now, freshUntil, staleMs: 0, usableMs: 0, slidingMs: 0, slidesUntil: freshUntil };
      return { value, negative: false, ...times, version: rawVersion(bytes), cost: 0, tags: undefined, checkedAt: 0 };
    } catch (error) {
      this.#context.host.report({ kind: 'error', error, key, operation: 'get' });
      return undefined;
    }
  }

  #name(key: string): string {
    checkKey(key);
    return this.#context.prefix + this.#context.start + key;
  }

  #noTags(names: readonly string[]): string[] {
    if (names.some((name) => name !== '')) throw new TypeError(`tags ${NEEDS_ENTRIES}`);
    return names.map(() => NO_TAGS);
  }
}
