import type { Cache, CacheStats } from '@uno-cache/core';
import type { NamedTier, TierNames } from './tier-names.ts';

/** What the cache counts for one tier of one region. */
export interface TierCounts {
  readonly hits: number;
  readonly misses: number;
  readonly size: number | undefined;
}

/** What the cache counts for one region, its tiers by label. */
export interface RegionCounters extends Omit<CacheStats, 'tiers'> {
  readonly tiers: ReadonlyMap<string, TierCounts>;
}

/** The counters of each region by itself. The root's come with those of all regions, which are taken off. */
export function readCounters(cache: Cache, names: TierNames): ReadonlyMap<string, RegionCounters> {
  const all = cache.stats();
  const others = names.regions
    .filter((name) => name !== '')
    .map((name) => ({ name, stats: cache.region(name).stats() }));
  const counters = new Map<string, RegionCounters>();
  if (names.regions.includes('')) {
    const ownStats = others.reduce((rest, { stats }) => without(rest, stats), all);
    counters.set('', byLabel(ownStats, names.of('')));
  }
  for (const { name, stats } of others) counters.set(name, byLabel(stats, names.of(name)));
  return counters;
}

function byLabel({ tiers, ...counters }: CacheStats, named: readonly NamedTier[]): RegionCounters {
  const entries = named.map(({ label, name }): [string, TierCounts] => {
    const { hits = 0, misses = 0, size = undefined } = tiers[name] ?? {};
    return [label, { hits, misses, size }];
  });
  return { ...counters, tiers: new Map(entries) };
}

function without({ tiers, ...counters }: CacheStats, { tiers: lessTiers, ...less }: CacheStats): CacheStats {
  const names = Object.keys(counters) as (keyof typeof counters)[];
  const rest = Object.fromEntries(names.map((name) => [name, counters[name] - less[name]])) as typeof counters;
  const restTiers = Object.entries(tiers).map(([name, { hits, misses, errors, size }]) => {
    const { hits: lessHits = 0, misses: lessMisses = 0, size: lessSize = undefined } = lessTiers[name] ?? {};
    const restSize = size === undefined || lessSize === undefined ? size : size - lessSize;
    return [name, { hits: hits - lessHits, misses: misses - lessMisses, errors, size: restSize }];
  });
  return { ...rest, tiers: Object.fromEntries(restTiers) as CacheStats['tiers'] };
}
