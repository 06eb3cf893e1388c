import type { Entry } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Serializer } from './serializer.ts';

/**
 * One region's keys in a tier. Keys come as the user gave them: any well-formed string up to 64 KiB of UTF-8.
 *
 * Every method may answer with a promise; a keyspace opened from `Tier.sync` answers with values. `now` is the cache's
 * clock; a tier with a clock of its own (a server) uses that for its own expiry and for versions.
 *
 * Every set, delete, touch, expire, `deletePattern` and `clear` gives what it stores a version greater than any that
 * the key had in this tier, unless the entry brings one. All of them but `touch` void the key's lease.
 */
export interface Keyspace {
  /**
   * There when the tier keeps bytes. The cache serializes before anything is stored, and passes the result as
   * `payload`; a keyspace called without one encodes by itself.
   */
  readonly serializer?: Serializer;

  /**
   * Whether `get` keeps to the tier's `commandTimeoutMs` by itself, and rejects with `TIMEOUT` then. A tier that batches
   * its reads can do so for less than the cache, which would put a deadline, and a promise, around each of them.
   * @defaultValue `false`
   */
  readonly timely?: boolean;

  /** The entry, also a stale one, until its `usableUntil`. Lease markers and unreadable bytes are absent. */
  get(key: string, now: number): MaybePromise<Entry | undefined>;

  /**
   * The value of an entry that needs no second look: fresh at `now`, not negative, not sliding, without tags. `undefined`
   * for all others, which `get` has to answer for. There when a tier of the process can tell faster than `get`; it
   * answers with values, never with a promise.
   */
  fresh?(key: string, now: number): unknown;

  /**
   * A value that other readers are given, too, as one reader gets it: a copy, or the value itself where none can be made.
   * There when the tier gives each reader objects of his own; callers who wait for one load get theirs by it.
   */
  copyOf?(value: unknown): unknown;

  /** As `get`, in the order of `keys`; one round trip where the tier can. */
  getMany(keys: readonly string[], now: number): MaybePromise<(Entry | undefined)[]>;

  /**
   * Stores unconditionally. When the tier refuses (no room, too large), the key is gone from it and the call fails:
   * never is the old value left standing.
   *
   * @returns the version it is stored under: the entry's own, or a new one where that is 0.
   * @throws CacheError `VALUE_TOO_LARGE`.
   */
  set(key: string, entry: Entry, now: number, payload?: Uint8Array): MaybePromise<number>;

  /** As `set` for each, in order; one round trip where the tier can. An Error stands for an item that was refused. */
  setMany(items: readonly KeyspaceItem[], now: number): MaybePromise<(number | Error)[]>;

  /** Whether a value was there that reads would have answered with (negative and error-only entries are not). */
  delete(key: string, now: number): MaybePromise<boolean>;

  /**
   * As `delete`, in the order of `keys`; one round trip where the tier can. An Error stands for a key that could not be
   * deleted.
   */
  deleteMany(keys: readonly string[], now: number): MaybePromise<(boolean | Error)[]>;

  /**
   * Moves the end of the TTL of an entry that reads answer with (`touched` in core/adapter); leases stand. Negative
   * entries stay as they are.
   *
   * @returns the new version, or 0 when there is no such entry.
   */
  touch(key: string, freshUntil: number, now: number): MaybePromise<number>;

  /**
   * Ends the freshness now (`expired` in core/adapter), or deletes when no window is left. Negative entries end so too.
   *
   * @returns the new version (of a deleted entry too), or 0 when there was no value that reads would have answered with.
   */
  expire(key: string, now: number): MaybePromise<number>;

  /**
   * Deletes the keys that match a Redis glob, lease markers too, in slices under 10 ms of this process's time. What was
   * there when it was called is gone when it is done.
   */
  deletePattern(pattern: string, now: number): MaybePromise<void>;

  /** Deletes all of this keyspace, lease markers too, and its tag versions. */
  clear(now: number): MaybePromise<void>;

  /** The keys with a value, without lease markers, in no order. There when the tier can list. */
  keys?(pattern?: string): Iterable<string> | AsyncIterable<string>;

  /** Number of entries, without lease markers and versions; may lag behind. There when the tier can tell cheaply. */
  size?(): MaybePromise<number>;

  /** There when the tier can lease. */
  readonly leases?: Leases;

  readonly versions: Versions;
}

/** One of many to be stored. */
export interface KeyspaceItem {
  readonly key: string;
  readonly entry: Entry;
  readonly payload?: Uint8Array;
}

/**
 * Leases: lock, fence and stampede guard in one, after "Scaling Memcache at Facebook" (NSDI 2013). A token is given
 * before a load or a far read begins, and a fill is accepted only while it stands. Every set, delete, expire, pattern
 * or clear voids it; so does its end. A lease that got lost makes a fill fail, never succeed.
 */
export interface Leases {
  acquire(key: string, request: LeaseRequest): MaybePromise<LeaseAnswer>;

  /** Whether the token still stood; then it lasts `ttlMs` from now. */
  renew(key: string, token: string, ttlMs: number, now: number): MaybePromise<boolean>;

  /** Gives the token up. Does nothing when it no longer stands. */
  release(key: string, token: string, now: number): MaybePromise<void>;

  /**
   * Stores if the token stands, and ends the lease.
   *
   * @returns the version it is stored under (as `set`), or 0 when the token did not stand and nothing was stored.
   */
  fill(key: string, entry: Entry, token: string, now: number, payload?: Uint8Array): MaybePromise<number>;

  /**
   * Resolves when the key's lease may have ended, at the latest after `timeoutMs`; settles when `signal` aborts. There
   * when the tier can wake its waiters; else the cache polls.
   */
  wait?(key: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
}

export interface LeaseRequest {
  readonly now: number;
  readonly ttlMs: number;
  /**
   * `true` to load: at most one holder. `false` to copy from a farther tier: the token need only fence, and a tier may
   * give it to many and write nothing for it.
   */
  readonly exclusive: boolean;
  /** The version of a standing value that is to be replaced, fresh or not; 0 when the caller knows none. */
  readonly replaces: number;
  /** A token that the caller was given before and may still hold; if so, it is won again. */
  readonly token?: string;
}

export type LeaseAnswer =
  /** A fresh value stands, of another version than `replaces`: somebody has just filled it. */
  | { readonly state: 'hit'; readonly entry: Entry }
  | LeaseGrant
  /** Another has it. */
  | { readonly state: 'held' };

export interface LeaseGrant {
  readonly state: 'won';
  /** Random, 128 bits, or an invalidation sequence; opaque to the cache. */
  readonly token: string;
  /** When, by the clock that versions come from; 0 where that cannot be compared with messages. */
  readonly grantedAt: number;
}

/**
 * Versions of tags: random strings, one per name, kept beside the entries. A version that is not found gets a new one,
 * so that nothing comes back from the dead.
 */
export interface Versions {
  /** In the order of `names`; `undefined` where there is none. */
  read(names: readonly string[], now: number): MaybePromise<(string | undefined)[]>;

  /** As `read`, but what is missing is created with a new random version, and all of them live at least till `until`. */
  ensure(names: readonly string[], until: number, now: number): MaybePromise<string[]>;

  /** Replaces versions, in the order given: whoever sees a later one sees the earlier ones. */
  renew(pairs: readonly (readonly [name: string, version: string])[], now: number): MaybePromise<void>;
}
