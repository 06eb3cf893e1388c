/**
 * What a cached function carries beside being called.
 *
 * @typeParam A - the function's arguments.
 * @typeParam V - its value.
 */
export interface CachedHandle<A extends readonly unknown[], V> {
  /** The key of a call with these arguments. */
  key(...args: A): string;
  /** Deletes what is cached for these arguments. Whether there was a value. */
  invalidate(...args: A): Promise<boolean>;
  /** Runs the function and caches what it gives in place of what was there, which is gone if it fails. */
  refresh(...args: A): Promise<V>;
  /** What is cached for these arguments, as `cache.get`; never runs the function. */
  peek(...args: A): Promise<V | undefined>;
}

/** As `CachedHandle`, answering at once. */
export interface SyncCachedHandle<A extends readonly unknown[], V> {
  /** The key of a call with these arguments. */
  key(...args: A): string;
  /** Deletes what is cached for these arguments. Whether there was a value. */
  invalidate(...args: A): boolean;
  /** Runs the function and caches what it gives in place of what was there, which is gone if it fails. */
  refresh(...args: A): V;
  /** What is cached for these arguments, as `cache.sync.get`; never runs the function. */
  peek(...args: A): V | undefined;
}

/** A handle of whatever kind, for one receiver. */
export type AnyHandle = CachedHandle<readonly unknown[], unknown> | SyncCachedHandle<readonly unknown[], unknown>;
