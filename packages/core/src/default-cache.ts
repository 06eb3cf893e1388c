import { show } from './adapter/show.ts';
import type { Cache } from './cache.ts';
import { CacheError } from './errors.ts';

/** On the global object: one per process, even with two copies of core. */
const DEFAULT = Symbol.for('uno-cache.default');

const holder = globalThis as { [DEFAULT]?: Cache };

/** The process's shared cache. @throws CacheError `NO_DEFAULT_CACHE` before it is set. */
export function getCache(): Cache {
  const cache = holder[DEFAULT];
  if (cache !== undefined) return cache;
  throw new CacheError(
    'NO_DEFAULT_CACHE',
    'There is no default cache yet: call setDefaultCache(createCache({ … })) first.',
  );
}

/** Makes a cache the process's shared one; `undefined` takes it away. Neither closes the one before. */
export function setDefaultCache(cache: Cache | undefined): void {
  const isCache = typeof cache === 'object' && cache !== null && typeof cache.getOrSet === 'function';
  if (cache !== undefined && !isCache) throw new TypeError(`cache must be a Cache or undefined, not ${show(cache)}.`);
  if (cache === undefined) delete holder[DEFAULT];
  else holder[DEFAULT] = cache;
}
