import { systemClock } from '@uno-cache/core';
import { Registry } from 'prom-client';
import type { Analysis, Health, MonitorStats, Percentiles, RegionStats, TierTotals } from '../../src/index.ts';
import type { MonitorInternals } from '../../src/monitor.ts';

/** A monitor over no cache: each method answers with what the test put there. */
export interface FakeMonitor extends MonitorInternals {
  stats: MonitorStats;
  analysis: Analysis;
  health: Health;
  alerts: MonitorInternals['alerts'];
  showsKeys: boolean;
  /** What `onClose` was given, and has not been taken away. */
  readonly closers: Set<() => void | Promise<void>>;
}

export function fakeMonitor(): FakeMonitor {
  const monitor: FakeMonitor = {
    cache: 'shop',
    clock: systemClock,
    registry: new Registry(),
    stats: statsOf({}),
    analysis: analysisOf({}),
    health: healthOf({}),
    alerts: [],
    showsKeys: false,
    closers: new Set(),
    getStats: () => ({ ...monitor.stats, at: Date.now() }),
    getStatsAsync: async () => monitor.getStats(),
    analyzePerformance: () => monitor.analysis,
    checkHealth: async () => monitor.health,
    on: () => () => {},
    serve: () => Promise.reject(new Error('not here')),
    onClose: (close) => {
      monitor.closers.add(close);
      return () => void monitor.closers.delete(close);
    },
    close: async () => void (await Promise.all([...monitor.closers].map(async (close) => close()))),
    [Symbol.asyncDispose]: () => monitor.close(),
  };
  return monitor;
}

export const NO_TIMES: Percentiles = { count: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
const NO_EVICTIONS = { size: 0, expired: 0, refused: 0 };

export function tierOf(tier: Partial<TierTotals>): TierTotals {
  const { hits = 0, misses = 0 } = tier;
  return {
    hits,
    misses,
    hitRate: hits + misses === 0 ? 0 : hits / (hits + misses),
    errors: 0,
    evictions: NO_EVICTIONS,
    size: 0,
    usage: undefined,
    undelivered: 0,
    ...tier,
  };
}

export function regionOf(region: Partial<RegionStats>): RegionStats {
  const { hits = 0, misses = 0 } = region;
  return {
    hitRate: { overall: hits + misses === 0 ? 0 : hits / (hits + misses) },
    hits,
    misses,
    staleHits: 0,
    sets: 0,
    deletes: 0,
    factory: { runs: 0, errors: 0, timeMs: 0, meanMs: 0 },
    joins: 0,
    fenced: 0,
    deferred: 0,
    errors: 0,
    evictions: NO_EVICTIONS,
    savedTimeMs: 0,
    size: {},
    tiers: {},
    ...region,
  } as RegionStats;
}

export function statsOf(stats: Partial<MonitorStats>): MonitorStats {
  const now = Date.now();
  return { ...regionOf(stats), cache: 'shop', at: now, since: now, tiers: {}, regions: {}, ...stats };
}

export function analysisOf(analysis: Partial<Analysis>): Analysis {
  const now = Date.now();
  return {
    cache: 'shop',
    window: { from: now - 300_000, to: now, isClipped: false },
    hitRates: { overall: 0 },
    lookups: 0,
    negativeShare: 0,
    evictedBeforeExpiry: 0,
    latency: {},
    factory: NO_TIMES,
    life: { ended: 0, oneHitWonders: 0, expiredBeforeReuse: 0, loads: 0, unchangedLoads: 0 },
    regions: {},
    topKeys: undefined,
    largestValues: [],
    missRatioCurves: {},
    advice: [],
    ...analysis,
  };
}

export function healthOf(health: Partial<Health>): Health {
  return {
    cache: 'shop',
    at: Date.now(),
    overall: true,
    status: 'up',
    components: {},
    liveness: { ok: true, reason: undefined },
    readiness: { ok: true, reason: undefined },
    ...health,
  };
}
