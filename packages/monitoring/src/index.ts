export type { Alert, AlertMetric, AlertRule, AlertSeverity, AlertState } from './alerts/alert.ts';
export { DEFAULT_ALERTS } from './alerts/default-alerts.ts';
export type { WebhookOptions } from './alerts/webhook.ts';
export type {
  Advice,
  AdviceKind,
  Analysis,
  AnalysisWindow,
  EntryLife,
  KeyCost,
  KeyTraffic,
  LargeValue,
  MissRatioCurve,
  Percentiles,
  RegionAnalysis,
  TierLatency,
} from './analysis/analysis.ts';
export { createMonitor, monitorOf } from './create-monitor.ts';
export type { BusHealth, ComponentHealth, Health, HealthStatus, ProbeAnswer, TierHealth } from './health/health.ts';
export type { AnalyzeOptions, Monitor, MonitorEvents, MonitorListener } from './monitor.ts';
export type { MonitoringOptions } from './monitoring.ts';
export { monitoring } from './monitoring.ts';
export type { MonitorOptions } from './options/monitor-options.ts';
export type { OtelMeter } from './otel/meter.ts';
export type { OtelBridge } from './otel/otel.ts';
export { otel } from './otel/otel.ts';
export type { MonitorServer } from './server/monitor-server.ts';
export type { ServeOptions } from './server/serve-options.ts';
export type {
  Evictions,
  FactoryStats,
  HitRates,
  MonitorStats,
  RegionStats,
  TierNumbers,
  TierTotals,
} from './stats/monitor-stats.ts';
