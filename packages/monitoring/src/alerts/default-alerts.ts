import type { AlertRule } from './alert.ts';

/**
 * Rules that suit most caches. How full a tier is has none: a bounded tier in use is always full.
 *
 * @example
 * ```ts fragment
 * createMonitor(cache, { alerts: [...DEFAULT_ALERTS, { name: 'busy', metric: 'p99', tier: 'redis', above: 20, for: '1m' }] });
 * ```
 */
export const DEFAULT_ALERTS: readonly AlertRule[] = Object.freeze([
  { name: 'component-down', metric: 'down', above: 0, for: '5s', severity: 'critical' },
  { name: 'component-degraded', metric: 'degraded', above: 0, for: '1m', severity: 'warning' },
  { name: 'hit-rate-low', metric: 'hitRate', below: 0.5, for: '5m', window: '5m', minCount: 1_000, severity: 'info' },
  { name: 'reads-slow', metric: 'p95', above: 100, for: '1m', severity: 'warning' },
  { name: 'commands-failing', metric: 'errorRate', above: 0.05, for: '30s', severity: 'critical' },
  { name: 'bus-behind', metric: 'busLag', above: 10_000, for: '30s', severity: 'warning' },
  { name: 'invalidations-waiting', metric: 'undelivered', above: 0, for: '1m', severity: 'warning' },
  { name: 'evicted-early', metric: 'evictedBeforeExpiry', above: 0.5, for: '10m', window: '10m', severity: 'info' },
  { name: 'fills-fenced', metric: 'fencedRate', above: 0.1, for: '5m', window: '5m', severity: 'info' },
] satisfies AlertRule[]);
