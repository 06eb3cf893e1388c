import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import type { Alert, AlertRule, Analysis, Health, Monitor, MonitorStats } from '@uno-cache/monitoring';
import { createMonitor, DEFAULT_ALERTS, monitoring } from '@uno-cache/monitoring';

export const cache = createCache({ tiers: [memory()], extensions: [monitoring({ port: 0 })] });
const rules: readonly AlertRule[] = [...DEFAULT_ALERTS, { name: 'slow', metric: 'p95', tier: 'redis', above: 20 }];
export const monitor: Monitor = createMonitor(cache, { alerts: rules, webhook: { url: 'http://127.0.0.1:1/' } });
export const stats: MonitorStats = monitor.getStats();
export const rate: number = stats.hitRate.overall;
export const analysis: Analysis = monitor.analyzePerformance({ window: '10m' });
export const health: Promise<Health> = monitor.checkHealth();
export const off: () => void = monitor.on('alert', (alert: Alert) => console.log(alert.text));
// @ts-expect-error there is no such metric
export const wrong: AlertRule = { name: 'x', metric: 'hitrate', above: 1 };
