import type { EvictionCause } from '@uno-cache/core';
import type { HealthStatus } from '../health/health.ts';
import { BUCKET_BOUNDS_MS } from '../latency/bucket-counts.ts';
import type { RegionStats, TierNumbers, TierTotals } from '../stats/monitor-stats.ts';
import type { Metric, MetricKind, Sample, Snapshot } from './metric.ts';
import { regionLabels } from './region-labels.ts';

const CAUSES: readonly EvictionCause[] = ['size', 'expired', 'refused'];
const STATES: readonly HealthStatus[] = ['up', 'degraded', 'down'];
const SEVERITIES = ['info', 'warning', 'critical'] as const;

/** Everything that is exported. Each sample gets a label `cache` besides its own. */
export const METRICS: readonly Metric[] = Object.freeze([
  byRegion('cache_hits_total', 'Lookups that were answered, stale ones too.', ({ hits }) => hits),
  byRegion('cache_misses_total', 'Lookups that no tier could answer.', ({ misses }) => misses),
  byRegion(
    'cache_stale_hits_total',
    'Lookups that were answered after the end of the TTL.',
    ({ staleHits }) => staleHits,
  ),
  byRegion(
    'cache_negative_hits_total',
    'Lookups that were answered with: the source has nothing.',
    (region) => region.negativeHits,
  ),
  byRegion('cache_sets_total', 'Values that were set, not loaded.', ({ sets }) => sets),
  byRegion('cache_deletes_total', 'Keys that were deleted.', ({ deletes }) => deletes),
  byRegion('cache_errors_total', 'Failures that no caller heard of.', ({ errors }) => errors),
  {
    name: 'cache_loads_total',
    kind: 'counter',
    help: 'Runs of factories, by result: ok or error.',
    *read({ stats }) {
      for (const [region, { factory }] of regionLabels(stats.regions)) {
        yield { labels: { region, result: 'ok' }, value: factory.runs - factory.errors };
        yield { labels: { region, result: 'error' }, value: factory.errors };
      }
    },
  },
  byRegion('cache_load_seconds_total', 'Time that factories ran, added up.', ({ factory }) => factory.timeMs / 1000),
  byRegion('cache_load_joins_total', 'Callers that waited for a load which another had begun.', ({ joins }) => joins),
  byRegion(
    'cache_fenced_fills_total',
    'Loaded values that were not stored because something newer had happened.',
    ({ fenced }) => fenced,
  ),
  byRegion(
    'cache_deferred_invalidations_total',
    'Invalidations that a tier did not confirm at once.',
    ({ deferred }) => deferred,
  ),
  byRegion(
    'cache_saved_seconds',
    'Estimate of the time that hits saved: hits times the mean time of a load.',
    ({ savedTimeMs }) => savedTimeMs / 1000,
    'gauge',
  ),
  byRegionAndTier('cache_tier_hits_total', 'Reads that the tier answered.', 'counter', ({ hits }) => hits),
  byRegionAndTier(
    'cache_tier_misses_total',
    'Reads that the tier could not answer.',
    'counter',
    ({ misses }) => misses,
  ),
  byRegionAndTier('cache_size', 'Entries in the tier.', 'gauge', ({ size }) => size),
  {
    name: 'cache_evictions_total',
    kind: 'counter',
    help: 'Entries that the tier let go, by cause: size, expired or refused.',
    *read({ stats }) {
      for (const [region, { tiers }] of regionLabels(stats.regions)) {
        for (const [tier, { evictions }] of Object.entries(tiers)) {
          for (const cause of CAUSES) yield { labels: { region, tier, cause }, value: evictions[cause] };
        }
      }
    },
  },
  {
    name: 'cache_hit_rate',
    kind: 'gauge',
    help: 'Share of lookups that were answered since the start, 0 to 1; overall, and by tier of those that came that far.',
    *read({ stats }) {
      for (const [tier, value] of Object.entries(stats.hitRate)) yield { labels: { tier }, value };
    },
  },
  byTier('cache_tier_errors_total', 'Commands that the tier failed.', 'counter', ({ errors }) => errors),
  byTier(
    'cache_tier_undelivered_invalidations',
    'Invalidations that wait until the tier takes them.',
    'gauge',
    (tier) => tier.undelivered,
  ),
  byTier('cache_tier_entries', 'Entries in the tier, of all caches in it.', 'gauge', ({ usage }) => usage?.entries),
  byTier('cache_tier_bytes', 'Bytes in the tier, of all caches in it.', 'gauge', ({ usage }) => usage?.bytes),
  byTier('cache_tier_entries_max', 'How many entries the tier may hold.', 'gauge', ({ usage }) => usage?.maxEntries),
  byTier('cache_tier_bytes_max', 'How many bytes the tier may hold.', 'gauge', ({ usage }) => usage?.maxBytes),
  {
    name: 'cache_operation_latency_milliseconds',
    kind: 'histogram',
    help: 'Durations of reads and commands by tier; of hits in the nearest tier, estimated from one in 32.',
    *read({ latency }) {
      for (const [tier, operation, buckets] of latency) {
        const counts = buckets.cumulative();
        const count = counts.at(-1) ?? 0;
        const labels = { tier, operation };
        for (const [index, le] of BUCKET_BOUNDS_MS.entries()) {
          yield { labels: { ...labels, le }, value: counts[index] ?? 0, suffix: '_bucket' };
        }
        yield { labels: { ...labels, le: '+Inf' }, value: count, suffix: '_bucket' };
        yield { labels, value: buckets.sumMs, suffix: '_sum' };
        yield { labels, value: count, suffix: '_count' };
      }
    },
  },
  {
    name: 'cache_component_state',
    kind: 'gauge',
    help: '1 for the state that a tier or the bus is in: up, degraded or down; else 0.',
    *read({ health }) {
      for (const [component, { status }] of Object.entries(health.components)) {
        for (const state of STATES) yield { labels: { component, state }, value: status === state ? 1 : 0 };
      }
    },
  },
  {
    name: 'cache_probe_seconds',
    kind: 'gauge',
    help: 'Round trip of the last probe of a tier or the bus.',
    *read({ health }) {
      for (const [component, { roundTripMs }] of Object.entries(health.components)) {
        if (roundTripMs !== undefined) yield { labels: { component }, value: roundTripMs / 1000 };
      }
    },
  },
  byBus('cache_bus_lag_seconds', 'Time since everything published had been received.', 'gauge', ({ lagMs }) =>
    lagMs === undefined ? Infinity : lagMs / 1000,
  ),
  byBus('cache_bus_gaps_total', 'How often messages may have been lost.', 'counter', ({ gaps }) => gaps),
  byBus('cache_bus_unsent_messages', 'Messages that the bus has not taken yet.', 'gauge', ({ unsent }) => unsent),
  {
    name: 'cache_alerts_firing',
    kind: 'gauge',
    help: 'Rules of the monitor that fire, by severity.',
    *read({ alerts }) {
      const firing = alerts.filter(({ state }) => state === 'firing');
      for (const severity of SEVERITIES) {
        yield { labels: { severity }, value: firing.filter((alert) => alert.severity === severity).length };
      }
    },
  },
] satisfies Metric[]);

function byRegion(
  name: string,
  help: string,
  value: (region: RegionStats) => number,
  kind: MetricKind = 'counter',
): Metric {
  return {
    name,
    help,
    kind,
    *read({ stats }) {
      for (const [region, each] of regionLabels(stats.regions)) yield { labels: { region }, value: value(each) };
    },
  };
}

function byRegionAndTier(
  name: string,
  help: string,
  kind: MetricKind,
  value: (tier: TierNumbers) => number | undefined,
): Metric {
  return {
    name,
    help,
    kind,
    *read({ stats }) {
      for (const [region, { tiers }] of regionLabels(stats.regions)) {
        for (const [tier, numbers] of Object.entries(tiers)) yield* sample({ region, tier }, value(numbers));
      }
    },
  };
}

function byTier(name: string, help: string, kind: MetricKind, value: (tier: TierTotals) => number | undefined): Metric {
  return {
    name,
    help,
    kind,
    *read({ stats }) {
      for (const [tier, totals] of Object.entries(stats.tiers)) yield* sample({ tier }, value(totals));
    },
  };
}

function byBus(
  name: string,
  help: string,
  kind: MetricKind,
  value: (bus: Extract<Snapshot['health']['components'][string], { kind: 'bus' }>) => number,
): Metric {
  return {
    name,
    help,
    kind,
    *read({ health }) {
      for (const [component, each] of Object.entries(health.components)) {
        if (each.kind === 'bus') yield { labels: { component }, value: value(each) };
      }
    },
  };
}

/** What cannot be told has no sample. */
function* sample(labels: Sample['labels'], value: number | undefined): Generator<Sample> {
  if (value !== undefined) yield { labels, value };
}
