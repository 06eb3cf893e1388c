import type { Clock, EvictionCause } from '@uno-cache/core';
import { Reaper } from '../expiry/reaper.ts';
import type { PolicyFactory } from '../policy/choose-policy.ts';
import type { Policy } from '../policy/policy.ts';
import { hashOf } from './hash.ts';
import { KeyIndex } from './key-index.ts';
import { widened } from './links.ts';
import { Pages } from './pages.ts';
import type { Partition } from './partition.ts';
import { Sweeper } from './sweeper.ts';

const FIRST_CAPACITY = 1024;
/** The heaviest entry that its column can hold. */
const MAX_BYTES = 2 ** 32 - 1;
/** What an entry is taken to weigh at least, where only bytes are bounded and the number has to be guessed. */
const LEAST_BYTES = 128;
/** Swept slots that an insertion frees before anything that counts has to leave. */
const SWEEP_STEP = 64;

export interface StoreLimits {
  /** `Infinity` for none. */
  readonly maxEntries: number;
  /** `Infinity` for none. */
  readonly maxBytes: number;
  /** Whether sizes are counted at all. */
  readonly weighs: boolean;
}

/**
 * The bounded store beneath the tier and the stand-alone cache: slots whose parts lie in columns, an index from key to
 * slot for each partition, and one policy over all of them.
 *
 * The fields that a hit reads are public and not wrapped: each call of a method would show in its time.
 */
export class Store {
  readonly policy: Policy;
  readonly sweeper: Sweeper;
  readonly keys: Pages = new Pages();
  /** `undefined` in a slot that is free. */
  readonly values: Pages = new Pages();
  /** What a hit may hand out without looking at what is stored; `undefined` where it has to. */
  readonly plain: Pages | undefined;
  /** By the partition's clock; 0 is never. In a free slot: the next free one. */
  expiresAt: Float64Array<ArrayBuffer>;
  readonly clock: Clock;
  readonly #limits: StoreLimits;
  readonly #plainOf: ((value: unknown) => unknown) | undefined;
  readonly #seed: number;
  readonly #partitions: Partition[] = [];
  #bytes: Uint32Array<ArrayBuffer>;
  /** Empty while there is one partition only. */
  #owners: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #reaper: Reaper | undefined;
  #free = -1;
  #top = 0;
  #used = 0;
  #weight = 0;
  #capacity: number;
  #target: number;
  readonly #growth: ((capacity: number) => void)[] = [];

  /** @param plainOf - fills the column `plain`; without it there is none. */
  constructor(limits: StoreLimits, policy: PolicyFactory, clock: Clock, plainOf?: (value: unknown) => unknown) {
    this.#limits = limits;
    this.#plainOf = plainOf;
    this.plain = plainOf === undefined ? undefined : new Pages();
    this.clock = clock;
    this.#seed = Math.floor(clock.random() * 2 ** 32) | 0;
    // One more than the bound: what comes is filed before what leaves is chosen.
    this.#capacity = Math.min(limits.maxEntries + 1, FIRST_CAPACITY);
    this.#target = this.#capacity;
    this.expiresAt = new Float64Array(this.#capacity);
    this.#bytes = new Uint32Array(limits.weighs ? this.#capacity : 0);
    this.policy = policy({
      capacity: this.#capacity,
      random: () => clock.random(),
      weightOf: (slot) => this.#weightOf(this.bytesOf(slot)),
    });
    this.sweeper = new Sweeper(this, clock);
  }

  get top(): number {
    return this.#top;
  }

  addPartition(clock: Clock): Partition {
    this.#finishGrowth();
    const partition = { id: this.#partitions.length, clock, index: this.#newIndex(), bytes: 0, evicted: undefined };
    this.#partitions.push(partition);
    if (this.#partitions.length === 2) this.#owners = new Uint32Array(this.#capacity);
    return partition;
  }

  /** Entries of all partitions. */
  get size(): number {
    return this.#partitions.reduce((sum, { index }) => sum + index.size, 0);
  }

  /** Bytes of all partitions; 0 where they are not counted. */
  get bytes(): number {
    return this.#partitions.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  ownerOf(slot: number): Partition | undefined {
    if (this.values.get(slot) === undefined) return undefined;
    return this.#partitions[this.#owners.length === 0 ? 0 : this.#owners[slot]!];
  }

  keyOf(slot: number): unknown {
    return this.keys.get(slot);
  }

  /** The slot of a key, or -1. What a sweep covers is not there. */
  find(partition: Partition, key: unknown): number {
    const slot = partition.index.get(key);
    if (slot === undefined) return -1;
    if (!this.sweeper.active || !this.sweeper.covers(slot)) return slot;
    this.remove(slot);
    return -1;
  }

  /**
   * Stores under a key, in place of what was there.
   *
   * @returns false when it is too large to be kept; then the key is gone.
   */
  put(partition: Partition, key: unknown, value: unknown, bytes: number, expiresAt: number): boolean {
    const slot = this.find(partition, key);
    if (bytes > this.#limits.maxBytes || bytes > MAX_BYTES) {
      if (slot >= 0) this.remove(slot);
      partition.evicted?.(key, value, 'refused');
      return false;
    }
    if (slot >= 0) this.#replace(slot, partition, value, bytes, expiresAt);
    else this.#insert(partition, key, value, bytes, expiresAt);
    this.#keepBounds();
    return true;
  }

  /** Gives an entry another value of the same size, or another end. */
  update(slot: number, value: unknown, expiresAt: number): void {
    this.#setValue(slot, value);
    this.#schedule(slot, this.ownerOf(slot)!, expiresAt);
  }

  remove(slot: number): void {
    const owner = this.ownerOf(slot)!;
    const key = this.keys.get(slot);
    // A cleared partition has another index, which this slot is not in.
    const isIndexed = !this.sweeper.active || owner.index.get(key) === slot;
    if (isIndexed) owner.index.delete(key);
    const bytes = this.#limits.weighs ? this.#bytes[slot]! : 0;
    if (isIndexed) owner.bytes -= bytes;
    const weight = this.#weightOf(bytes);
    this.policy.remove(slot, weight);
    this.#weight -= weight;
    if (this.expiresAt[slot] !== 0) this.#reaper?.cancel(slot);
    this.keys.set(slot, undefined);
    this.values.set(slot, undefined);
    this.plain?.set(slot, undefined);
    this.expiresAt[slot] = this.#free;
    this.#free = slot;
    this.#used--;
  }

  /** Removes an entry that leaves without having been asked to, and says so. */
  evict(slot: number, cause: EvictionCause): void {
    const owner = this.ownerOf(slot)!;
    const { evicted } = owner;
    if (evicted === undefined || (this.sweeper.active && this.sweeper.covers(slot))) {
      this.remove(slot);
      return;
    }
    const key = this.keys.get(slot);
    const value = this.values.get(slot);
    this.remove(slot);
    evicted(key, value, cause);
  }

  /** For the reaper: removes the slot if its time has come, else gives the milliseconds that are left. */
  expire(slot: number): number {
    const left = this.expiresAt[slot]! - this.ownerOf(slot)!.clock.now();
    if (left <= 0) this.evict(slot, 'expired');
    return left;
  }

  bytesOf(slot: number): number {
    return this.#limits.weighs ? this.#bytes[slot]! : 0;
  }

  /** Removes everything of a partition: at once for all who ask, slot by slot in the background. */
  clear(partition: Partition): void {
    partition.index = this.#newIndex();
    partition.bytes = 0;
    this.sweeper.start(partition, undefined);
  }

  /** Ends every timer and lets go of everything. */
  close(closed: KeyIndex): void {
    this.sweeper.close();
    this.#reaper?.close();
    for (const partition of this.#partitions) {
      partition.index = closed;
      partition.evicted = undefined;
      partition.bytes = 0;
    }
    this.keys.clear();
    this.values.clear();
    this.plain?.clear();
  }

  #newIndex(): KeyIndex {
    const { maxEntries, maxBytes } = this.#limits;
    return new KeyIndex(Math.min(maxEntries, maxBytes / LEAST_BYTES), this.#seed);
  }

  #setValue(slot: number, value: unknown): void {
    this.values.set(slot, value);
    if (this.#plainOf !== undefined) this.plain!.set(slot, this.#plainOf(value));
  }

  #replace(slot: number, partition: Partition, value: unknown, bytes: number, expiresAt: number): void {
    this.#setValue(slot, value);
    if (this.#limits.weighs) this.#reweigh(slot, partition, bytes);
    this.policy.hit(slot);
    this.#schedule(slot, partition, expiresAt);
    if (this.sweeper.active) this.sweeper.wrote(slot);
  }

  #reweigh(slot: number, partition: Partition, bytes: number): void {
    const before = this.#bytes[slot]!;
    if (before === bytes) return;
    this.#bytes[slot] = bytes;
    partition.bytes += bytes - before;
    const [from, to] = [this.#weightOf(before), this.#weightOf(bytes)];
    this.#weight += to - from;
    this.policy.reweigh(slot, from, to);
  }

  #insert(partition: Partition, key: unknown, value: unknown, bytes: number, expiresAt: number): void {
    const slot = this.#take();
    this.keys.set(slot, key);
    this.#setValue(slot, value);
    this.expiresAt[slot] = 0;
    if (this.#owners.length > 0) this.#owners[slot] = partition.id;
    if (this.#limits.weighs) {
      this.#bytes[slot] = bytes;
      partition.bytes += bytes;
    }
    partition.index.add(key, slot);
    this.#used++;
    const weight = this.#weightOf(bytes);
    this.#weight += weight;
    this.policy.add(slot, this.policy.usesHash ? hashOf(key, this.#seed) : 0, weight);
    if (expiresAt !== Infinity) this.#schedule(slot, partition, expiresAt);
    if (this.sweeper.active) this.sweeper.wrote(slot);
  }

  #schedule(slot: number, partition: Partition, expiresAt: number): void {
    const before = this.expiresAt[slot]!;
    const after = endOf(expiresAt);
    if (before === after) return;
    this.expiresAt[slot] = after;
    if (after === 0) {
      this.#reaper?.cancel(slot);
      return;
    }
    const { clock } = this;
    this.#reaper ??= this.#newReaper();
    const ahead = partition.clock === clock ? 0 : clock.now() - partition.clock.now();
    this.#reaper.schedule(slot, after + ahead);
  }

  #newReaper(): Reaper {
    this.#finishGrowth();
    return new Reaper(this.clock, this, this.#capacity);
  }

  /** What the policy counts: bytes where these are bounded, else entries. */
  #weightOf(bytes: number): number {
    return this.#limits.maxBytes === Infinity ? 1 : bytes;
  }

  #keepBounds(): void {
    const { maxEntries, maxBytes } = this.#limits;
    const mostWeight = maxBytes === Infinity ? maxEntries : maxBytes;
    if (this.#isOver() && this.sweeper.active) this.sweeper.run(SWEEP_STEP);
    if (!this.#isOver()) this.policy.settle(mostWeight);
    while (this.#isOver()) {
      // Where the number of entries is what binds, there is room for the weight that they have.
      const slot = this.policy.victim(Math.min(mostWeight, this.#weight));
      if (slot < 0) return;
      this.evict(slot, this.policy.refused ? 'refused' : 'size');
    }
  }

  #isOver(): boolean {
    const { maxEntries, maxBytes } = this.#limits;
    return this.#used > maxEntries || (maxBytes !== Infinity && this.#weight > maxBytes);
  }

  #take(): number {
    const slot = this.#free;
    if (slot >= 0) {
      this.#free = this.expiresAt[slot]!;
      return slot;
    }
    if (this.#top >= this.#capacity - (this.#capacity >> 2)) this.#grow();
    return this.#top++;
  }

  /**
   * Makes room ahead of need, one column a call, so that no insertion pays for copying all of them.
   */
  #grow(): void {
    if (this.#growth.length > 0) this.#growth.pop()!(this.#target);
    else if (this.#target === this.#capacity) this.#planGrowth();
    if (this.#growth.length === 0) this.#capacity = this.#target;
    else if (this.#top >= this.#capacity) this.#finishGrowth();
  }

  #planGrowth(): void {
    const target = Math.min(this.#capacity * 2, this.#limits.maxEntries + 1);
    if (target === this.#capacity) return;
    this.#target = target;
    this.#growth.push(...this.#growers());
  }

  #finishGrowth(): void {
    while (this.#growth.length > 0) this.#growth.pop()!(this.#target);
    this.#capacity = this.#target;
  }

  #growers(): ((capacity: number) => void)[] {
    const growers = [...this.policy.growers, ...(this.#reaper?.growers ?? [])];
    growers.push((capacity) => {
      this.expiresAt = widened(this.expiresAt, capacity);
    });
    if (this.#limits.weighs) {
      growers.push((capacity) => {
        this.#bytes = widened(this.#bytes, capacity);
      });
    }
    if (this.#owners.length > 0) {
      growers.push((capacity) => {
        this.#owners = widened(this.#owners, capacity);
      });
    }
    return growers;
  }
}

/** What stands in the column: 0 is never, so that new zeroes mean it. */
function endOf(expiresAt: number): number {
  if (expiresAt === Infinity) return 0;
  return expiresAt === 0 ? -1 : expiresAt;
}
