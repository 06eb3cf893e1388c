import type { Duration } from './adapter/duration.ts';
import type { ManyLoaded, ManyLoader } from './engine/batch-load.ts';
import type { CacheStats } from './engine/counters.ts';
import type { CacheEventName, CacheListener } from './engine/events.ts';
import type { Factory, SyncFactory } from './engine/factory.ts';
import type { InvalidationResult } from './engine/invalidate.ts';
import type { EntryOptions } from './options/entry-options.ts';

/** Values by key. */
export type Entries<V> = ReadonlyMap<string, V> | Readonly<Record<string, V>> | Iterable<readonly [string, V]>;

/** What is known of an entry. */
export interface EntryInfo<V = unknown> {
  /** `undefined` when the entry is negative. */
  readonly value: V | undefined;
  /** The source was asked and had nothing. */
  readonly negative: boolean;
  /** The nearest tier that has it. */
  readonly tier: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; the end of the ttl, `Infinity` for never. */
  readonly expiresAt: number;
  /** Seconds since `createdAt`. */
  readonly age: number;
  /** Whether the ttl is over, and a window still runs. */
  readonly stale: boolean;
  readonly tags: readonly string[];
  readonly version: number;
}

/**
 * A cache over several tiers, or one region of it.
 *
 * Wrong arguments reject with a `TypeError` that names the option, what came and what is allowed; everything else that
 * goes wrong is a `CacheError`. A tier that is down rejects nothing (see the `error` event), unless every tier failed a
 * set or a delete: `TIER_FAILED`. After `close()` every method rejects with `CLOSED`,
 * and so does what still waits for a tier.
 *
 * @typeParam R - names of the regions.
 */
export interface Cache<R extends string = string> extends AsyncDisposable {
  /** The label in statistics and events. */
  readonly name: string;

  /** The same over tiers that answer at once; `SYNC_UNSUPPORTED` where one of them cannot. */
  readonly sync: SyncCache;

  /** The value, fresh or within `staleWhileRevalidate`; `undefined` when there is none. */
  get<V = unknown>(key: string): Promise<V | undefined>;

  /** Stores in every tier. @throws TypeError for `undefined`; `SERIALIZATION_FAILED`, `VALUE_TOO_LARGE`, `TIER_FAILED` */
  set<V>(key: string, value: V, options?: EntryOptions<NoInfer<V>>): Promise<void>;

  /**
   * The value, or what the factory makes of it: at most one factory per key runs at a time, in all processes that share
   * a tier with leases. A factory's own error reaches its callers as it was thrown.
   *
   * @throws CacheError `TIMEOUT` (its `hardTimeout`), `FACTORY_FAILED` (it waits for its own key).
   */
  getOrSet<V>(key: string, factory: Factory<V>, options?: EntryOptions<NoInfer<V>>): Promise<V>;

  /** Whether `get` would answer with a value. Counts neither as hit nor as miss. */
  has(key: string): Promise<boolean>;

  /**
   * Whether a value was there. When it resolves, no load that began before is served any more.
   *
   * @throws CacheError `TIER_FAILED` when no tier could; it is kept, and done when the tiers are back.
   */
  delete(key: string): Promise<boolean>;

  /**
   * Lets the ttl begin anew from now. Whether there was a value. What slides goes on sliding: a read after it grants the
   * entry the idle time that it was stored with, also when `ttl` is shorter than that.
   */
  touch(key: string, ttl: Duration): Promise<boolean>;

  /** Ends freshness now; the stale windows run from now. Without windows it deletes. Whether there was a value. */
  expire(key: string): Promise<boolean>;

  /** Hits only, in the order of `keys`. */
  getMany<V = unknown>(keys: Iterable<string>): Promise<Map<string, V>>;

  /** As `set`, for each; one round trip where a tier can. Rejects when an entry is in no tier, with all others stored. */
  setMany<V>(entries: Entries<V>, options?: EntryOptions<NoInfer<V>>): Promise<void>;

  /** How many of the keys had a value. @throws CacheError `TIER_FAILED`, as `delete`. */
  deleteMany(keys: Iterable<string>): Promise<number>;

  /**
   * In the order of `keys`; what neither a tier nor the loader has is left out. The loader is called once, with the keys
   * that no tier has and nobody is loading; again for those whose load by somebody else failed, and for what is more
   * than 50,000.
   */
  getOrSetMany<V>(
    keys: Iterable<string>,
    loader: ManyLoader<V>,
    options?: EntryOptions<NoInfer<V>>,
  ): Promise<Map<string, V>>;

  /** Makes everything that carries one of the tags invalid, whatever its number. On the root: in all regions. */
  invalidateTags(tags: readonly string[]): Promise<InvalidationResult>;

  /** Deletes the keys that match a Redis glob. On the root: in all regions. */
  invalidatePattern(pattern: string): Promise<InvalidationResult>;

  /** Deletes everything. On the root: in all regions. */
  clear(): Promise<InvalidationResult>;

  /** The entry as the nearest tier has it, also while only `staleIfError` keeps it. Touches no statistics. */
  getEntry<V = unknown>(key: string): Promise<EntryInfo<V> | undefined>;

  /** @throws CacheError `UNKNOWN_REGION` */
  region(name: R): Cache<R>;

  /**
   * Every call on the root that is made inside, sync or async, goes to that region.
   *
   * @throws CacheError `UNKNOWN_REGION`; `PLATFORM_UNSUPPORTED` where the runtime has no `AsyncLocalStorage`.
   */
  withRegion<T>(name: R, callback: () => T): T;

  stats(): CacheStats;

  /** Hears of an event, here or in a region of this cache. @returns what takes the listener away again. */
  on<E extends CacheEventName>(event: E, listener: CacheListener<E>): () => void;

  /** Ends timers, loads and connections; on a region, of the whole cache. Idempotent. */
  close(): Promise<void>;
}

/**
 * The cache, answering at once. A call never waits for another load: it serves what is stale, or loads by itself.
 *
 * Every method throws `SYNC_UNSUPPORTED` before anything is sent when a tier has no sync view.
 */
export interface SyncCache {
  get<V = unknown>(key: string): V | undefined;
  set<V>(key: string, value: V, options?: EntryOptions<NoInfer<V>>): void;
  /** @throws TypeError when the factory answers with a promise. */
  getOrSet<V>(key: string, factory: SyncFactory<V>, options?: EntryOptions<NoInfer<V>>): V;
  has(key: string): boolean;
  delete(key: string): boolean;
  touch(key: string, ttl: Duration): boolean;
  expire(key: string): boolean;
  getMany<V = unknown>(keys: Iterable<string>): Map<string, V>;
  setMany<V>(entries: Entries<V>, options?: EntryOptions<NoInfer<V>>): void;
  deleteMany(keys: Iterable<string>): number;
  getOrSetMany<V>(
    keys: Iterable<string>,
    loader: (missing: string[], context: { readonly signal: AbortSignal }) => ManyLoaded<V>,
    options?: EntryOptions<NoInfer<V>>,
  ): Map<string, V>;
  invalidateTags(tags: readonly string[]): InvalidationResult;
  invalidatePattern(pattern: string): InvalidationResult;
  clear(): InvalidationResult;
  getEntry<V = unknown>(key: string): EntryInfo<V> | undefined;
}
