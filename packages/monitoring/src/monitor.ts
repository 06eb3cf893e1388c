import type { CacheError, Clock, Duration } from '@uno-cache/core';
import type { Registry } from 'prom-client';
import type { Alert } from './alerts/alert.ts';
import type { Analysis } from './analysis/analysis.ts';
import type { Health } from './health/health.ts';
import type { MonitorServer } from './server/monitor-server.ts';
import type { ServeOptions } from './server/serve-options.ts';
import type { MonitorStats } from './stats/monitor-stats.ts';

/** Payload of each of a monitor's events. */
export interface MonitorEvents {
  /** A rule began to fire. */
  alert: Alert;
  /** A rule that fired no longer holds. */
  resolved: Alert;
  /** Something failed that no caller hears of, such as a webhook. */
  error: CacheError;
}

/** It may be async; nobody waits for it. One that fails is told of by an `error` event with code `LISTENER_FAILED`. */
export type MonitorListener<E extends keyof MonitorEvents> = (payload: MonitorEvents[E]) => unknown;

export interface AnalyzeOptions {
  /** How far back. What is longer than the option `history` is clipped. @defaultValue '5m' */
  readonly window?: Duration;
}

/** What `createMonitor()` gives. It ends with its cache, or with `close()`. */
export interface Monitor extends AsyncDisposable {
  /** The cache's name. */
  readonly cache: string;

  /** The prom-client registry that holds the metrics. */
  readonly registry: Registry;

  /** What the cache has counted, at this moment. */
  getStats(): MonitorStats;

  /** As `getStats`, with the sizes that tiers can only tell by asking somebody. What fails to answer is left out. */
  getStatsAsync(): Promise<MonitorStats>;

  /** @throws TypeError for a window that is not a duration. */
  analyzePerformance(options?: AnalyzeOptions): Analysis;

  /** Probes every tier and bus, and says how they are. Never rejects. */
  checkHealth(): Promise<Health>;

  /** How they were when last looked at, without asking anybody. */
  readonly health: Health;

  /** Rules that hold, and the last ones that did, newest first. */
  readonly alerts: readonly Alert[];

  /**
   * @returns what takes the listener away again.
   * @throws TypeError for an event that there is not, or what is no function.
   */
  on<E extends keyof MonitorEvents>(event: E, listener: MonitorListener<E>): () => void;

  /** Serves metrics, health, statistics and a dashboard over HTTP. */
  serve(options?: ServeOptions): Promise<MonitorServer>;

  /** Ends timers, servers and the look into the cache. Idempotent. */
  close(): Promise<void>;
}

/** What the server needs of a monitor. */
export interface MonitorInternals extends Monitor {
  readonly clock: Clock;
  /** Whether keys may be shown: the option `topKeys` is set. */
  readonly showsKeys: boolean;
  /** Runs when the monitor closes; `close()` waits for it. @returns what takes it away again, when its work is done. */
  onClose(close: () => void | Promise<void>): () => void;
}
