import type { Clock, EvictionCause } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import type { Duration } from '@uno-cache/core/adapter';
import { checkFunction, checkOptions, compileGlob, durationMs, literalPrefix, mismatch } from '@uno-cache/core/adapter';
import type { BoundsOptions } from './bounds.ts';
import { BOUNDS_OPTION_NAMES, readBounds } from './bounds.ts';
import { EndJudge } from './expiry/end-judge.ts';
import type { Policy } from './policy/policy.ts';
import { checkedSize } from './size/checked-size.ts';
import { estimateSize } from './size/estimate-size.ts';
import { SLOT_BYTES } from './size/weigh-entry.ts';
import { ClosedIndex } from './store/closed-index.ts';
import type { Pages } from './store/pages.ts';
import type { Partition } from './store/partition.ts';
import { Store } from './store/store.ts';

export interface MemoryCacheOptions<K, V> extends BoundsOptions<K, V> {
  /** How long an entry lives, unless `set` says otherwise. @defaultValue `Infinity` */
  readonly ttl?: Duration;
  /**
   * For how long one reading of the clock serves entries that end more than 10 s after it; those that end sooner are
   * always judged by a reading of their own. Reading the clock is half the time of a hit. An entry may be seen after its
   * end only when time has jumped by more than 10 s meanwhile: the process was blocked, the machine's clock was set, or a
   * test replaced `Date` and no timers. 0 reads the clock each time.
   *
   * @defaultValue `'1ms'`; 0 with a `clock` of one's own
   */
  readonly ttlResolution?: Duration | 0;
  /**
   * An entry has left without having been asked to: for want of room (`size`), because its time had come (`expired`),
   * or because it was not let in (`refused`). It is gone by then, and the cache may be used. Must not throw.
   */
  readonly onEvict?: (key: K, value: V, cause: EvictionCause) => void;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

export interface MemoryCacheSetOptions {
  /** How long this entry lives. */
  readonly ttl?: Duration;
}

const DEFAULT_RESOLUTION_MS = 1;

const OPTION_NAMES: readonly string[] = Object.freeze([
  ...BOUNDS_OPTION_NAMES,
  'ttl',
  'ttlResolution',
  'onEvict',
  'clock',
]);

/**
 * A bounded map: the store beneath `memory()`, alone and synchronous. Keys are compared as those of a `Map`. Expired
 * entries are never seen, and are removed in the background; until then `size` and `bytes` count them.
 *
 * @example
 * ```ts
 * import { MemoryCache } from '@uno-cache/memory';
 *
 * using cache = new MemoryCache<string, { name: string }>({ maxEntries: 1_000, ttl: '5m' });
 * cache.set('city:1', { name: 'Oslo' });
 * console.log(cache.get('city:1')?.name);
 * ```
 */
export class MemoryCache<K = string, V = unknown> {
  readonly #store: Store;
  readonly #partition: Partition;
  readonly #values: Pages;
  readonly #policy: Policy;
  readonly #judge: EndJudge;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #weigh: ((key: K, value: V) => number) | undefined;

  /** @throws TypeError naming the option, what came and what is allowed. */
  constructor(options: MemoryCacheOptions<K, V> = {}) {
    checkOptions('new MemoryCache()', options, OPTION_NAMES);
    const { ttl, ttlResolution, onEvict, clock = systemClock } = options;
    const { limits, policy, sizeOf } = readBounds(options);
    this.#ttlMs = ttl === undefined ? Infinity : durationMs(ttl, 'ttl');
    const resolutionMs = readResolution(ttlResolution, clock);
    if (onEvict !== undefined) checkFunction(onEvict, 'onEvict');
    checkClock(clock);
    this.#clock = clock;
    this.#judge = new EndJudge(clock, resolutionMs);
    this.#store = new Store(limits, policy, clock);
    this.#values = this.#store.values;
    this.#policy = this.#store.policy;
    this.#partition = this.#store.addPartition(clock);
    this.#partition.evicted = onEvict as Partition['evicted'];
    this.#weigh = limits.weighs ? weigher(sizeOf) : undefined;
  }

  /** Number of entries. May count some that have expired or been swept away and are not yet removed. */
  get size(): number {
    return this.#partition.index.size;
  }

  /** The sum of their sizes; 0 without `maxBytes` and `sizeOf`. */
  get bytes(): number {
    return this.#partition.bytes;
  }

  get(key: K): V | undefined {
    const slot = this.#partition.index.get(key);
    if (slot === undefined) return undefined;
    const store = this.#store;
    const end = store.expiresAt[slot]!;
    if ((end !== 0 && this.#judge.isPast(end)) || store.sweeper.active) return this.#getCarefully(key);
    this.#policy.hit(slot);
    return this.#values.get(slot) as V;
  }

  /** As `get`, but not counted as a use. */
  peek(key: K): V | undefined {
    const slot = this.#find(key);
    return slot < 0 ? undefined : (this.#values.get(slot) as V);
  }

  /** Whether there is an entry; not counted as a use. */
  has(key: K): boolean {
    return this.#find(key) >= 0;
  }

  /**
   * Stores a value in place of what was there.
   *
   * @returns false when it is larger than `maxBytes`; then the key is gone.
   * @throws TypeError when the value is `undefined`, or an option is wrong.
   */
  set(key: K, value: V, options?: MemoryCacheSetOptions): boolean {
    if (value === undefined)
      throw new TypeError(mismatch('value', 'anything but undefined, which stands for a miss', value));
    const ttlMs = options === undefined ? this.#ttlMs : this.#ttlOf(options);
    const end = ttlMs === Infinity ? Infinity : this.#clock.now() + ttlMs;
    const bytes = this.#weigh === undefined ? 0 : this.#weigh(key, value);
    return this.#store.put(this.#partition, key, value, bytes, end);
  }

  /** Whether there was an entry. */
  delete(key: K): boolean {
    const slot = this.#find(key);
    if (slot >= 0) this.#store.remove(slot);
    return slot >= 0;
  }

  /**
   * Lets an entry live for so long from now on. Not counted as a use.
   *
   * @param ttl - default: the cache's
   * @returns whether there was one.
   */
  touch(key: K, ttl?: Duration): boolean {
    const ttlMs = ttl === undefined ? this.#ttlMs : durationMs(ttl, 'ttl');
    const slot = this.#find(key);
    if (slot >= 0) this.#store.update(slot, this.#values.get(slot), this.#clock.now() + ttlMs);
    return slot >= 0;
  }

  /** Deletes the string keys that match a Redis glob: at once for all who ask, in the background where it is much. */
  deletePattern(pattern: string): void {
    const matches = compileGlob(pattern);
    this.#partition.index.check();
    this.#store.sweeper.start(this.#partition, { pattern, prefix: literalPrefix(pattern), matches });
  }

  /** Deletes everything: at once for all who ask, in the background where it is much. */
  clear(): void {
    this.#partition.index.check();
    this.#store.clear(this.#partition);
  }

  /** In no order. Entries that come or go meanwhile may be missed or not. */
  *keys(): Generator<K> {
    for (const slot of this.#slots()) yield this.#store.keys.get(slot) as K;
  }

  *values(): Generator<V> {
    for (const slot of this.#slots()) yield this.#values.get(slot) as V;
  }

  *entries(): Generator<[key: K, value: V]> {
    for (const slot of this.#slots()) yield [this.#store.keys.get(slot) as K, this.#values.get(slot) as V];
  }

  [Symbol.iterator](): Generator<[key: K, value: V]> {
    return this.entries();
  }

  /** Ends its timers and lets go of everything. Idempotent; what is called later throws CacheError `CLOSED`. */
  close(): void {
    this.#judge.close();
    this.#store.close(new ClosedIndex('The MemoryCache'));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #getCarefully(key: K): V | undefined {
    const slot = this.#store.find(this.#partition, key);
    if (slot < 0) return undefined;
    if (this.#hasEnded(slot)) {
      this.#store.evict(slot, 'expired');
      return undefined;
    }
    this.#policy.hit(slot);
    return this.#values.get(slot) as V;
  }

  /** The slot of a living entry, or -1. */
  #find(key: K): number {
    const slot = this.#store.find(this.#partition, key);
    return slot < 0 || this.#hasEnded(slot) ? -1 : slot;
  }

  #hasEnded(slot: number): boolean {
    const end = this.#store.expiresAt[slot]!;
    return end !== 0 && this.#judge.isPast(end);
  }

  *#slots(): Generator<number> {
    const { sweeper } = this.#store;
    for (const slot of this.#partition.index.slots()) {
      if (!this.#hasEnded(slot) && !(sweeper.active && sweeper.covers(slot))) yield slot;
    }
  }

  #ttlOf(options: MemoryCacheSetOptions): number {
    checkOptions('MemoryCache.set()', options, ['ttl']);
    return options.ttl === undefined ? this.#ttlMs : durationMs(options.ttl, 'ttl');
  }
}

function weigher<K, V>(sizeOf: ((value: V, key: K) => number) | undefined): (key: K, value: V) => number {
  if (sizeOf !== undefined) return (key, value) => checkedSize(sizeOf(value, key));
  return (key, value) => SLOT_BYTES + estimateSize(key) + estimateSize(value);
}

function checkClock(clock: Clock): void {
  const { now, random, setTimer } = (clock ?? {}) as Partial<Clock>;
  if (typeof now === 'function' && typeof random === 'function' && typeof setTimer === 'function') return;
  throw new TypeError(mismatch('clock', 'a Clock, with now, random and setTimer', clock));
}

/** Another clock than the machine's may jump as a test likes, so it is asked each time. */
function readResolution(ttlResolution: Duration | 0 | undefined, clock: Clock): number {
  if (ttlResolution === undefined) return clock === systemClock ? DEFAULT_RESOLUTION_MS : 0;
  return ttlResolution === 0 ? 0 : durationMs(ttlResolution, 'ttlResolution');
}
