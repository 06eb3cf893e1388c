import type { Analysis } from '../analysis/analysis.ts';
import type { MonitorStats, TierTotals } from '../stats/monitor-stats.ts';
import type { Point, TierPoint } from './history.ts';

/** Digits that a chart can show. */
const DIGITS = 4;

/** What happened between two looks at the counters, by second. `recent` is an analysis of the last few seconds. */
export function pointBetween(before: MonitorStats, now: MonitorStats, recent: Analysis): Point {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  const rate = (to: number, from = 0): number => rounded((to - from) / seconds);
  const hits = now.hits - before.hits;
  const misses = now.misses - before.misses;
  const tiers = Object.entries(now.tiers).map(([label, tier]): [string, TierPoint] => {
    const old = before.tiers[label];
    const tierHits = tier.hits - (old?.hits ?? 0);
    const tierMisses = tier.misses - (old?.misses ?? 0);
    const latency = recent.latency[label];
    const isTimed = latency !== undefined && latency.count > 0;
    return [
      label,
      {
        hits: rate(tierHits),
        hitRate: share(tierHits, tierMisses),
        p50: isTimed ? rounded(latency.p50) : null,
        p95: isTimed ? rounded(latency.p95) : null,
        p99: isTimed ? rounded(latency.p99) : null,
        fill: fill(tier.usage),
      },
    ];
  });
  return {
    at: now.at,
    lookups: rate(hits + misses),
    misses: rate(misses),
    hitRate: share(hits, misses),
    loads: rate(now.factory.runs, before.factory.runs),
    errors: rate(now.errors, before.errors),
    evictions: rate(evicted(now), evicted(before)),
    tiers: Object.fromEntries(tiers),
  };
}

function share(hits: number, misses: number): number | null {
  return hits + misses > 0 ? rounded(hits / (hits + misses)) : null;
}

function fill(usage: TierTotals['usage']): number | null {
  const { entries, maxEntries, bytes, maxBytes } = usage ?? {};
  const shares = [];
  if (entries !== undefined && maxEntries !== undefined) shares.push(entries / maxEntries);
  if (bytes !== undefined && maxBytes !== undefined) shares.push(bytes / maxBytes);
  return shares.length > 0 ? rounded(Math.max(...shares)) : null;
}

/** Entries that left before their time, or never came in: those that expired are as it should be. */
function evicted({ evictions }: MonitorStats): number {
  return evictions.size + evictions.refused;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
