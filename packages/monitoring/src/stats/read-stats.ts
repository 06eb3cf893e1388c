import type { Cache, Observation, ObservedTier, TierUsage } from '@uno-cache/core';
import type { EvictionCounts } from './eviction-counts.ts';
import type { FactoryStats, HitRates, MonitorStats, RegionStats, TierNumbers, TierTotals } from './monitor-stats.ts';
import type { RegionCounters, TierCounts } from './region-counters.ts';
import { readCounters } from './region-counters.ts';
import { share } from './share.ts';
import type { TierNames } from './tier-names.ts';

/** Where statistics are read from. */
export interface StatsSource {
  readonly cache: Cache;
  readonly observation: Observation;
  readonly names: TierNames;
  readonly evictions: EvictionCounts;
  /** When the monitor was created, epoch milliseconds. */
  readonly since: number;
}

/** What can be told at once, and by `usages` what had to be asked for. */
export function readStats(source: StatsSource, usages: ReadonlyMap<string, TierUsage>): MonitorStats {
  const { observation, names, evictions } = source;
  const observed = observation.tiers();
  const counters = readCounters(source.cache, names);
  const regions = new Map([...counters].map(([name, counts]) => [name, regionStats(source, [name], counts, observed)]));
  const sum = summed([...counters.values()]);
  const whole = regionStats(source, counters.keys(), sum, observed);
  const savedTimeMs = [...regions.values()].reduce((saved, region) => saved + region.savedTimeMs, 0);
  const tiers = observed.map((tier): [string, TierTotals] => {
    const usage = usages.get(tier.label);
    const numbers = tierNumbers(tier, sum.tiers.get(tier.label), evictions.of(counters.keys(), tier.label));
    return [tier.label, { ...numbers, size: numbers.size ?? usage?.entries, usage, undelivered: tier.undelivered }];
  });
  return {
    ...whole,
    savedTimeMs,
    cache: observation.cache,
    at: observation.clock.now(),
    since: source.since,
    size: Object.fromEntries(tiers.map(([label, { size }]) => [label, size])),
    tiers: Object.fromEntries(tiers),
    regions: Object.fromEntries(regions),
  };
}

/** Hit rates of counters, or of their growth within a window. */
export function hitRates(
  { hits, misses }: { readonly hits: number; readonly misses: number },
  tiers: Iterable<readonly [label: string, counts: { readonly hits: number; readonly misses: number }]>,
): HitRates {
  const byTier = [...tiers].map(([label, counts]) => [label, share(counts.hits, counts.hits + counts.misses)]);
  return { ...Object.fromEntries(byTier), overall: share(hits, hits + misses) };
}

function regionStats(
  { names, evictions }: StatsSource,
  regions: Iterable<string>,
  counters: RegionCounters,
  observed: readonly ObservedTier[],
): RegionStats {
  const of = [...regions];
  const { loads, loadErrors, loadTime, tiers: counted, ...rest } = counters;
  const factory: FactoryStats = { runs: loads, errors: loadErrors, timeMs: loadTime, meanMs: share(loadTime, loads) };
  const labels = new Set(of.flatMap((region) => names.of(region).map(({ label }) => label)));
  const tiers = observed
    .filter(({ label }) => labels.has(label))
    .map((tier): [string, TierNumbers] => [
      tier.label,
      tierNumbers(tier, counted.get(tier.label), evictions.of(of, tier.label)),
    ]);
  return {
    ...rest,
    hitRate: hitRates(counters, counted),
    factory,
    evictions: evictions.of(of),
    savedTimeMs: counters.hits * factory.meanMs,
    size: Object.fromEntries(tiers.map(([label, { size }]) => [label, size])),
    tiers: Object.fromEntries(tiers),
  };
}

function tierNumbers(
  { errors }: ObservedTier,
  counts: TierCounts | undefined,
  evicted: TierNumbers['evictions'],
): TierNumbers {
  const { hits = 0, misses = 0, size = undefined } = counts ?? {};
  return { hits, misses, hitRate: share(hits, hits + misses), errors, evictions: evicted, size };
}

function summed(regions: readonly RegionCounters[]): RegionCounters {
  const sum: Record<string, number> = {};
  const tiers = new Map<string, TierCounts>();
  for (const { tiers: ofRegion, ...counters } of regions) {
    for (const [name, count] of Object.entries(counters)) sum[name] = (sum[name] ?? 0) + count;
    for (const [label, { hits, misses, size }] of ofRegion) {
      const before = tiers.get(label);
      const total = size === undefined ? before?.size : (before?.size ?? 0) + size;
      tiers.set(label, { hits: (before?.hits ?? 0) + hits, misses: (before?.misses ?? 0) + misses, size: total });
    }
  }
  return { ...(sum as unknown as Omit<RegionCounters, 'tiers'>), tiers };
}
