import { hashOf } from './hash.ts';

/** A `Map` copies itself whenever it has doubled; up to this size nobody notices. */
const LARGEST_SINGLE = 65_536;
const ENTRIES_PER_SHARD = 16_384;
const MOST_SHARDS = 1024;

/**
 * Key to slot. One `Map` while the store is small; a large store gets many, so that no insertion has to copy more than
 * a few milliseconds' worth of keys.
 */
export class KeyIndex {
  readonly #seed: number;
  readonly #mask: number;
  readonly #shards: (Map<unknown, number> | undefined)[];
  /** The only map, or `undefined` when there are shards. */
  readonly #single: Map<unknown, number> | undefined;
  #size = 0;

  /** @param entries - as many as there may be. */
  constructor(entries: number, seed: number) {
    this.#seed = seed;
    const shards = shardsFor(entries);
    this.#mask = shards - 1;
    this.#single = shards === 1 ? new Map() : undefined;
    this.#shards = shards === 1 ? [this.#single] : Array.from({ length: shards }, () => undefined);
  }

  get size(): number {
    return this.#size;
  }

  /** @throws CacheError `CLOSED` when the store has been closed. */
  check(): void {}

  get(key: unknown): number | undefined {
    const single = this.#single;
    if (single !== undefined) return single.get(key);
    return this.#shards[hashOf(key, this.#seed) & this.#mask]?.get(key);
  }

  /** Files a key that is not there. */
  add(key: unknown, slot: number): void {
    const shard = this.#mask === 0 ? 0 : hashOf(key, this.#seed) & this.#mask;
    const map = this.#shards[shard];
    if (map === undefined) this.#shards[shard] = new Map([[key, slot]]);
    else map.set(key, slot);
    this.#size++;
  }

  delete(key: unknown): void {
    const map = this.#single ?? this.#shards[hashOf(key, this.#seed) & this.#mask];
    if (map?.delete(key)) this.#size--;
  }

  *slots(): Generator<number> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.values();
  }
}

function shardsFor(entries: number): number {
  if (entries <= LARGEST_SINGLE) return 1;
  let shards = 2;
  while (shards < MOST_SHARDS && shards * ENTRIES_PER_SHARD < entries) shards *= 2;
  return shards;
}
