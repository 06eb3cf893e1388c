import type { TierUsage } from '@uno-cache/core';
import type { Recorder } from '../recorder.ts';
import type { Growth, RegionGrowth } from '../stats/counter-history.ts';
import { hitRates } from '../stats/read-stats.ts';
import { share } from '../stats/share.ts';
import { advise } from './advice.ts';
import type { Analysis, MissRatioCurve, RegionAnalysis } from './analysis.ts';
import { missRatioCurve } from './miss-ratio-curve.ts';

/** What a recorder knows of the last so many milliseconds. */
export function analyze(recorder: Recorder, windowMs: number): Analysis {
  const { observer, names, latency, topKeys } = recorder;
  const usages = recorder.usages.atOnce();
  const { closedSlices, ...window } = recorder.window(windowMs);
  const growth = recorder.growth({ ...window, closedSlices });
  const sum = summed(growth);
  const tiers = [...growth.tiers.values()];
  const evictions = tiers.reduce((all, tier) => all + tier.evictions, 0);
  const findings = {
    window,
    hitRates: hitRates(sum, sum.tiers),
    lookups: sum.hits + sum.misses,
    negativeShare: share(sum.negativeHits, sum.hits + sum.misses),
    evictedBeforeExpiry: share(
      tiers.reduce((all, tier) => all + tier.evictedFresh, 0),
      evictions,
    ),
    latency: Object.fromEntries(names.labels.map((label) => [label, latency.ofTier(label, closedSlices)])),
    factory: recorder.factory({ ...window, closedSlices }),
    life: observer.lives.summary(),
    regions: Object.fromEntries(
      [...growth.regions].map(([name, region]) => [name, regionAnalysis(recorder, name, region)]),
    ),
    topKeys: topKeys === 0 ? undefined : topKeysOf(recorder),
    largestValues: observer.largest.values,
    missRatioCurves: Object.fromEntries(curves(recorder, usages)),
  };
  return { cache: recorder.observation.cache, ...findings, advice: advise(findings, usages) };
}

function regionAnalysis({ observer }: Recorder, name: string, growth: RegionGrowth): RegionAnalysis {
  const { hits, misses, negativeHits, tiers } = growth;
  const lookups = hits + misses;
  const life = observer.lives.summary(name);
  return { hitRates: hitRates(growth, tiers), lookups, negativeShare: share(negativeHits, lookups), life };
}

function topKeysOf({ observer: { traffic, loadCost }, topKeys }: Recorder): NonNullable<Analysis['topKeys']> {
  return {
    traffic: (traffic?.top(topKeys) ?? []).map(({ region, key, weight }) => ({
      region,
      key,
      lookups: Math.round(weight),
    })),
    missCost: (loadCost?.top(topKeys) ?? []).map(({ region, key, times, weight }) => ({
      region,
      key,
      loads: Math.round(times),
      costMs: weight,
    })),
  };
}

/** Of the tiers that are some region's nearest, and bounded. */
function* curves(
  { observer, names }: Recorder,
  usages: ReadonlyMap<string, TierUsage>,
): Generator<[label: string, curve: MissRatioCurve]> {
  for (const label of names.labels) {
    const { maxEntries, maxBytes } = usages.get(label) ?? {};
    const reuse = maxEntries === undefined && maxBytes === undefined ? undefined : observer.reuseOf(label);
    if (reuse !== undefined) yield [label, missRatioCurve(reuse)];
  }
}

/** The growth of all regions added up. */
export function summed({ regions }: Growth): RegionGrowth {
  const sum = { hits: 0, misses: 0, negativeHits: 0, loads: 0, fenced: 0 };
  const tiers = new Map<string, { hits: number; misses: number }>();
  for (const { tiers: ofRegion, ...growth } of regions.values()) {
    for (const field of Object.keys(sum) as (keyof typeof sum)[]) sum[field] += growth[field];
    for (const [label, { hits, misses }] of ofRegion) {
      const before = tiers.get(label) ?? { hits: 0, misses: 0 };
      tiers.set(label, { hits: before.hits + hits, misses: before.misses + misses });
    }
  }
  return { ...sum, tiers };
}
