import type { CacheStats } from '@uno-cache/core';
import type { CityDatabase } from '../cities/city-database.ts';
import type { CityCache } from '../service/city-cache.ts';

/** What the service did while something else went on. */
export interface Measurement {
  readonly databaseQueries: number;
  /** By the name of the tier, the nearest first. */
  readonly tiers: Readonly<Record<string, { readonly hits: number; readonly misses: number }>>;
}

/** The counters of cache and database only ever grow, so what happened is a difference. */
export async function measure<T>(
  { database, cache }: { readonly database: CityDatabase; readonly cache: CityCache },
  what: () => Promise<T>,
): Promise<T & Measurement> {
  const queriesBefore = database.queries;
  const before = cache.stats();
  const result = await what();
  return { ...result, databaseQueries: database.queries - queriesBefore, tiers: tiersSince(before, cache.stats()) };
}

function tiersSince(before: CacheStats, after: CacheStats): Measurement['tiers'] {
  const since = Object.entries(after.tiers).map(([name, { hits, misses }]) => {
    const then = before.tiers[name];
    return [name, { hits: hits - (then?.hits ?? 0), misses: misses - (then?.misses ?? 0) }] as const;
  });
  return Object.fromEntries(since);
}
