import type { Cache } from '@uno-cache/core';
import { getCache } from '@uno-cache/core';
import { mismatch } from '@uno-cache/core/adapter';

/** Which cache a call goes to. */
export interface CacheSettings {
  /**
   * The cache, or a function that finds it: called at each call, with the object whose method was called.
   * @defaultValue `getCache()` at each call
   */
  readonly cache?: Cache | ((instance: never) => Cache);
  /** The region of the cache. @defaultValue none, or that of `withRegion` */
  readonly region?: string;
}

export const CACHE_SETTING_NAMES: readonly string[] = Object.freeze([
  'cache',
  'region',
] satisfies (keyof CacheSettings)[]);

/** @throws CacheError `NO_DEFAULT_CACHE`, `UNKNOWN_REGION`; TypeError for what is no cache. */
export function cacheFor({ cache: given, region }: CacheSettings, receiver: unknown): Cache {
  const cache = typeof given === 'function' ? given(receiver as never) : (given ?? getCache());
  if (typeof (cache as Partial<Cache> | undefined)?.getOrSet !== 'function') {
    throw new TypeError(mismatch('cache', 'a Cache, or a function that returns one', cache));
  }
  return region === undefined ? cache : cache.region(region);
}
