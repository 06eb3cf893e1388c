import { hashOf } from './hash.ts';

/** A `Map` copies itself whenever it has doubled; up to this size nobody notices. */
const LARGEST_SINGLE = 65_000;
const ENTRIES_PER_SHARD = 16_384;
const MOST_SHARDS = 1024;
/** Keys that one insertion takes along while the single map is divided. */
const MOVES = 8;

/**
 * Key to slot. One `Map` while there are few keys; then many, chosen by a hash of the key, so that no insertion has to
 * copy more than a few milliseconds' worth of them. The single map is divided a few keys at a time.
 */
export class KeyIndex {
  readonly #seed: number;
  readonly #mask: number;
  readonly #shards: (Map<unknown, number> | undefined)[] = [];
  /** The only map, until there are shards. */
  #single: Map<unknown, number> | undefined = new Map();
  /** What was the only map, until it is empty. */
  #old: Map<unknown, number> | undefined;
  #moving: Iterator<[unknown, number]> | undefined;
  #size = 0;

  /** @param entries - as many as there may be. */
  constructor(entries: number, seed: number) {
    this.#seed = seed;
    this.#mask = shardsFor(entries) - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** @throws CacheError `CLOSED` when the store has been closed. */
  check(): void {}

  get(key: unknown): number | undefined {
    const single = this.#single;
    return single === undefined ? this.#getDivided(key) : single.get(key);
  }

  /** Files a key that is not there. */
  add(key: unknown, slot: number): void {
    this.#size++;
    if (this.#single !== undefined) {
      this.#single.set(key, slot);
      if (this.#size > LARGEST_SINGLE) this.#divide();
      return;
    }
    this.#addDivided(key, slot);
    if (this.#old !== undefined) this.#move();
  }

  delete(key: unknown): void {
    const wasThere = this.#single?.delete(key) || this.#shardOf(key)?.delete(key) || this.#old?.delete(key);
    if (wasThere) this.#size--;
  }

  *slots(): Generator<number> {
    if (this.#single !== undefined) yield* this.#single.values();
    if (this.#old !== undefined) yield* [...this.#old.values()];
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.values();
  }

  #getDivided(key: unknown): number | undefined {
    const slot = this.#shardOf(key)?.get(key);
    return slot === undefined && this.#old !== undefined ? this.#old.get(key) : slot;
  }

  #shardOf(key: unknown): Map<unknown, number> | undefined {
    return this.#shards[hashOf(key, this.#seed) & this.#mask];
  }

  #addDivided(key: unknown, slot: number): void {
    const shard = hashOf(key, this.#seed) & this.#mask;
    const map = this.#shards[shard];
    if (map === undefined) this.#shards[shard] = new Map([[key, slot]]);
    else map.set(key, slot);
  }

  #divide(): void {
    this.#old = this.#single;
    this.#single = undefined;
    this.#moving = this.#old!.entries();
    for (let shard = 0; shard <= this.#mask; shard++) this.#shards.push(undefined);
  }

  #move(): void {
    for (let moved = 0; moved < MOVES; moved++) {
      const next = this.#moving!.next();
      if (next.done) {
        this.#old = undefined;
        this.#moving = undefined;
        return;
      }
      const [key, slot] = next.value;
      this.#old!.delete(key);
      this.#addDivided(key, slot);
    }
  }
}

function shardsFor(entries: number): number {
  let shards = 2;
  while (shards < MOST_SHARDS && shards * ENTRIES_PER_SHARD < entries) shards *= 2;
  return shards;
}
