import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';

/** The parts of the cache; each has its own keys and its own rules. */
export type CityRegion = 'cities' | 'lists' | 'totals';

export type CityCache = Cache<CityRegion>;

/**
 * The cache of the service. Everything that is a matter of taste, such as how long to keep what, stands here.
 *
 * @param directory - what is kept there, the next start of the service begins with.
 */
export function createCityCache(directory: string): CityCache {
  return createCache({
    name: 'cities',
    tiers: [memory({ maxEntries: 50_000 }), file({ directory, maxBytes: '200mb' })],
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
