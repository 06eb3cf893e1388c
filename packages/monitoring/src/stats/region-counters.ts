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
  const { tiers, ...counters } = cache.stats();
  const others = names.regions
    .filter((name) => name !== '')
    .map((name): [string, RegionCounters] => [name, byLabel(cache.region(name).stats(), names.of(name))]);
  if (!names.regions.includes('')) return new Map(others);
  const ownTiers = names.of('').map(({ label }): [string, TierCounts] => [label, countsOf(tiers[label])]);
  const all: RegionCounters = { ...counters, tiers: new Map(ownTiers) };
  return new Map([['', others.reduce((rest, [, less]) => without(rest, less), all)], ...others]);
}

/** The counters of one region, whose tiers have their names there. */
function byLabel({ tiers, ...counters }: CacheStats, named: readonly NamedTier[]): RegionCounters {
  const entries = named.map(({ label, name }): [string, TierCounts] => [label, countsOf(tiers[name])]);
  return { ...counters, tiers: new Map(entries) };
}

function countsOf({ hits = 0, misses = 0, size = undefined }: Partial<TierCounts> = {}): TierCounts {
  return { hits, misses, size };
}

function without(
  { tiers, ...counters }: RegionCounters,
  { tiers: lessTiers, ...less }: RegionCounters,
): RegionCounters {
  const names = Object.keys(counters) as (keyof typeof counters)[];
  const rest = Object.fromEntries(names.map((name) => [name, counters[name] - less[name]])) as typeof counters;
  const restTiers = [...tiers].map(([label, { hits, misses, size }]): [string, TierCounts] => {
    const { hits: lessHits, misses: lessMisses, size: lessSize } = countsOf(lessTiers.get(label));
    const restSize = size === undefined || lessSize === undefined ? size : size - lessSize;
    return [label, { hits: hits - lessHits, misses: misses - lessMisses, size: restSize }];
  });
  return { ...rest, tiers: new Map(restTiers) };
}
