import type { Cache, Clock, Timer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkOptions, durationMs } from '@uno-cache/core/adapter';
import type { Registry } from 'prom-client';
import type { Alert } from './alerts/alert.ts';
import { AlertBook } from './alerts/alert-book.ts';
import { measure } from './alerts/measure.ts';
import { checkSubjects } from './alerts/rule-subjects.ts';
import { Webhook } from './alerts/webhook.ts';
import type { Analysis } from './analysis/analysis.ts';
import { analyze } from './analysis/analyze.ts';
import type { Health } from './health/health.ts';
import { HealthChecks } from './health/health-checks.ts';
import type { AnalyzeOptions, MonitorEvents, MonitorInternals, MonitorListener } from './monitor.ts';
import { MonitorListeners } from './monitor-listeners.ts';
import type { CheckedOptions } from './options/monitor-options.ts';
import { exportTo } from './prometheus/exporter.ts';
import type { Snapshot } from './prometheus/metric.ts';
import type { SnapshotSource } from './prometheus/snapshot-sources.ts';
import { FACTORY, Recorder } from './recorder.ts';
import type { MonitorServer } from './server/monitor-server.ts';
import { serve } from './server/serve.ts';
import type { ServeOptions } from './server/serve-options.ts';
import type { MonitorStats } from './stats/monitor-stats.ts';
import { readStats } from './stats/read-stats.ts';

/** The monitor of one cache. */
export class CacheMonitor implements MonitorInternals, SnapshotSource {
  readonly cache: string;
  readonly root: Cache;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly showsKeys: boolean;
  readonly #recorder: Recorder;
  readonly #checks: HealthChecks;
  readonly #book: AlertBook;
  readonly #webhook: Webhook | undefined;
  readonly #intervalMs: number;
  readonly #listeners = new MonitorListeners();
  readonly #closers = new Set<() => void | Promise<void>>();
  #timer: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(cache: Cache, options: CheckedOptions) {
    const { historyMs, topKeys, rules, webhook, registry } = options;
    this.#recorder = new Recorder(cache, { historyMs, topKeys, onClosed: () => void this.close() });
    const { observation } = this.#recorder;
    this.cache = observation.cache;
    this.root = observation.root;
    this.clock = observation.clock;
    this.registry = registry;
    this.showsKeys = topKeys > 0;
    this.#intervalMs = options.intervalMs;
    this.#checks = new HealthChecks(observation, options);
    this.#webhook = webhook && new Webhook(webhook, this.clock, (error) => this.#listeners.emit('error', error));
    this.#book = new AlertBook({
      cache: this.cache,
      rules,
      measure: (rule) => measure(rule, this.#recorder, this.health),
      onAlert: (alert) => this.#tell('alert', alert),
      onResolved: (alert) => this.#tell('resolved', alert),
    });
    this.onClose(this.#begin(rules));
    this.#schedule();
  }

  /** What may fail when the cache is looked at already. @returns what ends the export. */
  #begin(rules: CheckedOptions['rules']): () => void {
    try {
      const { regions, labels: tiers } = this.#recorder.names;
      checkSubjects(rules, { regions, tiers, buses: this.#checks.buses });
      return exportTo(this.registry, this);
    } catch (error) {
      this.#recorder.stop();
      throw error;
    }
  }

  getStats(): MonitorStats {
    return readStats(this.#recorder, this.#recorder.usages.atOnce());
  }

  async getStatsAsync(): Promise<MonitorStats> {
    return readStats(this.#recorder, await this.#recorder.usages.asked());
  }

  analyzePerformance(options: AnalyzeOptions = {}): Analysis {
    checkOptions('analyzePerformance()', options, ['window']);
    const { window = '5m' } = options;
    this.#recorder.tick(this.clock.now());
    return analyze(this.#recorder, durationMs(window, 'window'));
  }

  checkHealth(): Promise<Health> {
    return this.#checks.check();
  }

  get health(): Health {
    return this.#checks.health;
  }

  get alerts(): readonly Alert[] {
    return this.#book.alerts;
  }

  on<E extends keyof MonitorEvents>(event: E, listener: MonitorListener<E>): () => void {
    return this.#listeners.on(event, listener);
  }

  async serve(options: ServeOptions = {}): Promise<MonitorServer> {
    if (this.#closing !== undefined) throw new CacheError('CLOSED', `The monitor of "${this.cache}" has been closed.`);
    return serve(this, options);
  }

  onClose(close: () => void | Promise<void>): () => void {
    if (this.#closing === undefined) this.#closers.add(close);
    else void Promise.allSettled([(async () => close())()]);
    return () => void this.#closers.delete(close);
  }

  /** What metrics are made of. */
  async snapshot(): Promise<Snapshot> {
    const latency = [...this.#recorder.latency.buckets()].filter(([tier]) => tier !== FACTORY);
    return { stats: await this.getStatsAsync(), health: this.health, alerts: this.alerts, latency };
  }

  /** Tells those who listen to errors. @returns whether anybody does. */
  report(error: CacheError): boolean {
    this.#listeners.emit('error', error);
    return this.#listeners.hears('error');
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#timer?.cancel();
    this.#recorder.stop();
    this.#checks.close();
    await Promise.allSettled([this.#webhook?.close(), ...[...this.#closers].map(async (close) => close())]);
  }

  #schedule(): void {
    this.#timer = this.clock.setTimer(() => void this.#look(), this.#intervalMs, true);
  }

  /** Looks at everything, and again after the interval, whatever happens. */
  async #look(): Promise<void> {
    try {
      this.#recorder.tick(this.clock.now());
      await this.#checks.check();
      if (this.#closing === undefined) this.#book.evaluate(this.clock.now());
    } catch (cause) {
      const message = `The monitor of "${this.cache}" could not look at it: ${String(cause)}`;
      this.#listeners.emit('error', new CacheError('MONITOR_FAILED', message, { cause }));
    }
    if (this.#closing === undefined) this.#schedule();
  }

  #tell(event: 'alert' | 'resolved', alert: Alert): void {
    this.#webhook?.post(alert);
    this.#listeners.emit(event, alert);
  }
}
