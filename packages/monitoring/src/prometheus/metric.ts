import type { Alert } from '../alerts/alert.ts';
import type { Health } from '../health/health.ts';
import type { BucketCounts } from '../latency/bucket-counts.ts';
import type { MonitorStats } from '../stats/monitor-stats.ts';

/** What the metrics of one monitor are made of, at the moment of a scrape. */
export interface Snapshot {
  readonly stats: MonitorStats;
  readonly health: Health;
  readonly alerts: readonly Alert[];
  /** Durations since the monitor was created. */
  readonly latency: readonly (readonly [tier: string, operation: string, buckets: BucketCounts])[];
}

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** One time series: its labels besides `cache`, and its value. `suffix` of the name, in a histogram. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** A metric: what it is called, and how its samples are read off a snapshot. */
export interface Metric {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly read: (snapshot: Snapshot) => Iterable<Sample>;
}
