import type { Clock, TierUsage } from '@uno-cache/core';
import { ReadBatch } from './read-batch.ts';
import type { Item } from './response-reader.ts';
import { ServerLink } from './server-link.ts';
import type { ServerAddress } from './server-list.ts';

/** What became of a write. `refused`: another was faster, or the key is (not) there. */
export type Stored = 'stored' | 'refused';

/** The server has no room for the item, or takes none of that size; what was there before may stand. */
export class ItemRefused extends Error {
  readonly tooLarge: boolean;

  constructor(line: string) {
    super(`memcached refused an item: ${line}`);
    this.tooLarge = line.includes('too large');
  }
}

/** More than any server takes, and what one string could not hold. */
const MAX_BYTES = 256 * 1024 * 1024;
/** An end that has passed: what is stored with it is gone at once. */
const GONE = -1;

/** One server's commands. Keys are those of `wireKey`. */
export class Server {
  readonly name: string;
  readonly #link: ServerLink;
  readonly #reads: ReadBatch;

  constructor(address: ServerAddress, clock: Clock, deadlineMs: number) {
    this.name = address.name;
    this.#link = new ServerLink(address, clock, deadlineMs);
    this.#reads = new ReadBatch(this.#link);
  }

  read(keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    return this.#reads.read(keys);
  }

  /**
   * Stores an item in the place of the one that was read, or where there was none.
   *
   * @throws ItemRefused
   */
  async replace(key: string, before: Item | undefined, value: Uint8Array, exptime: number): Promise<Stored> {
    if (before === undefined) return this.#store('add', key, value, exptime, '');
    return this.#store('cas', key, value, exptime, ` ${before.cas}`);
  }

  /** Stores an item, whatever is there. */
  async set(key: string, value: Uint8Array, exptime: number): Promise<void> {
    await this.#store('set', key, value, exptime, '');
  }

  /** Takes away the item that was read, and no other. */
  async remove(key: string, before: Item): Promise<Stored> {
    try {
      return await this.#store('cas', key, new Uint8Array(0), GONE, ` ${before.cas}`);
    } catch (error) {
      if (!(error instanceof ItemRefused)) throw error;
      await this.delete(key);
      return 'stored';
    }
  }

  async delete(key: string): Promise<void> {
    const { line } = await this.#link.send(`delete ${key}`);
    if (line !== 'DELETED' && line !== 'NOT_FOUND') throw new Error(`memcached refused to delete: ${line}`);
  }

  /** The number after adding one to it; `undefined` when there is none. */
  async increment(key: string): Promise<number | undefined> {
    const { line } = await this.#link.send(`incr ${key} 1`);
    return /^\d+$/.test(line) ? Number(line) : undefined;
  }

  async ping(): Promise<void> {
    const { line } = await this.#link.send('version');
    if (!line.startsWith('VERSION')) throw new Error(`memcached answered a probe with: ${line}`);
  }

  /** What is in it, of all who use it, and how much may be. */
  async usage(): Promise<Required<Pick<TierUsage, 'entries' | 'bytes' | 'maxBytes'>>> {
    const { items } = await this.#link.send('stats');
    const numberOf = (name: string): number => Number(items.get(name)?.value.toString() ?? 0);
    return { entries: numberOf('curr_items'), bytes: numberOf('bytes'), maxBytes: numberOf('limit_maxbytes') };
  }

  close(): void {
    this.#link.close();
  }

  async #store(
    how: 'add' | 'cas' | 'set',
    key: string,
    value: Uint8Array,
    exptime: number,
    cas: string,
  ): Promise<Stored> {
    if (value.length > MAX_BYTES) throw new ItemRefused('too large for any server');
    const data = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
    const { line } = await this.#link.send(`${how} ${key} 0 ${exptime} ${value.length}${cas}\r\n${data}`);
    if (line === 'STORED') return 'stored';
    if (line === 'NOT_STORED' || line === 'EXISTS' || line === 'NOT_FOUND') return 'refused';
    throw new ItemRefused(line);
  }
}
