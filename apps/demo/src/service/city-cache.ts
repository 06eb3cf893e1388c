import type { Cache, CacheOptions, Tier } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { memcached } from '@uno-cache/memcached';
import { memory } from '@uno-cache/memory';
import { redis } from '@uno-cache/redis';

/** The parts of the cache; each has its own keys and its own rules. */
export type CityRegion = 'cities' | 'lists' | 'totals';

export type CityCache = Cache<CityRegion>;

/** What stands behind the memory of a process. */
export type Backing =
  /** What is kept in the directory, the next start of the service begins with. */
  | { readonly kind: 'file'; readonly directory: string }
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'memcached'; readonly servers: readonly string[] };

/** For so long a copy in memory may be served while nothing vouches for it. */
export const MAX_STALENESS_MS = 1000;

/**
 * The cache of the service. Everything that is a matter of taste, such as how long to keep what, stands here.
 *
 * @param namespace - caches with the same one share what servers keep.
 */
export function createCityCache(backing: Backing, namespace: string = 'cities'): CityCache {
  return createCache({
    name: 'cities',
    namespace,
    tiers: [memory({ maxEntries: 50_000 }), farTier(backing)],
    ...busOf(backing),
    maxStaleness: `${MAX_STALENESS_MS}ms`,
    // What a process was loading when it died, another one loads after so long.
    leaseTtl: '2s',
    // Entries that were loaded together do not expire together.
    jitter: 0.1,
    regions: {
      // One city a key. An id that does not exist is remembered as well, for a shorter time.
      cities: { ttl: '1h', negativeTtl: '1m' },
      // Nearest cities, searches, countries: dear to compute, and dropped as soon as a city in them is edited.
      lists: { ttl: '10m', negativeTtl: '1m' },
      // Nobody minds numbers about the whole world that are some seconds old, or waits for new ones.
      totals: { ttl: '5s', staleWhileRevalidate: '1h' },
    },
  });
}

/** @throws TypeError when an address cannot be one. */
export function farTier(backing: Backing): Tier {
  switch (backing.kind) {
    case 'file':
      return file({ directory: backing.directory, maxBytes: '200mb' });
    case 'redis':
      return redis({ url: backing.url });
    case 'memcached':
      return memcached({ servers: [...backing.servers] });
  }
}

/** The file tier and Redis bring one. With memcached copies in memory are checked by version instead. */
function busOf({ kind }: Backing): Pick<CacheOptions, 'bus'> {
  return kind === 'memcached' ? { bus: false } : {};
}
