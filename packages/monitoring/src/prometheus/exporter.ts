import type { Metric as PromMetric, Registry } from 'prom-client';
import type { Metric, Sample } from './metric.ts';
import { METRICS } from './metric-table.ts';
import type { LabelledSnapshot, SnapshotSource } from './snapshot-sources.ts';
import { SnapshotSources } from './snapshot-sources.ts';

interface Series {
  readonly labels: Readonly<Record<string, string | number>>;
  value: number;
  readonly metricName?: string;
}

const exporters = new WeakMap<Registry, Exporter>();

/**
 * Lets a registry export the metrics of a monitor. Of several caches of one name in a registry the second is labelled
 * `name#2`, and so on.
 *
 * @returns what takes the monitor away again.
 * @throws TypeError when the registry has a metric of one of the names that is not ours.
 */
export function exportTo(registry: Registry, source: SnapshotSource): () => void {
  const exporter = exporters.get(registry) ?? new Exporter(registry);
  exporters.set(registry, exporter);
  return exporter.add(source);
}

/**
 * The metrics of all monitors of one registry. They are read off the caches' own counters when somebody asks: prom-client's
 * counters would count a second time, at every hit.
 */
class Exporter {
  readonly #registry: Registry;
  /** By their names in `METRICS`. */
  readonly #metrics: ReadonlyMap<string, PromMetric>;
  readonly #sources = new SnapshotSources();
  /** Those of the scrape that is under way: all of its metrics are of one moment. */
  #snapshots: Promise<readonly LabelledSnapshot[]> | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#metrics = new Map(METRICS.map((metric) => [metric.name, this.#exported(metric)]));
  }

  add(source: SnapshotSource): () => void {
    this.#register();
    const remove = this.#sources.add(source);
    return () => {
      remove();
      if (this.#sources.isEmpty) this.#unregister();
    };
  }

  /** What the registry lacks: everything at first, and whenever somebody has cleared it. */
  #register(): void {
    const missing = [...this.#metrics].filter(([name, metric]) => this.#registered(name) !== metric);
    const taken = missing.find(([name]) => this.#registered(name) !== undefined);
    if (taken !== undefined) throw new TypeError(`registry must be without a metric ${taken[0]} of somebody else`);
    for (const [, metric] of missing) this.#registry.registerMetric(metric);
  }

  /** After a clear, a metric of that name may be somebody else's. */
  #unregister(): void {
    for (const [name, metric] of this.#metrics) {
      if (this.#registered(name) === metric) this.#registry.removeSingleMetric(name);
    }
  }

  #registered(name: string): PromMetric | undefined {
    return this.#registry.getSingleMetric(name);
  }

  /** What a registry asks of a metric; the values are made by `get`. */
  #exported({ name, help, kind, read }: Metric): PromMetric {
    const exported = {
      name,
      help,
      type: kind,
      aggregator: kind === 'gauge' ? 'average' : 'sum',
      get: async () => {
        const series = new Map<string, Series>();
        for (const [cache, snapshot] of await this.#collect()) {
          for (const sample of read(snapshot)) addTo(series, name, cache, sample);
        }
        // An OpenMetrics registry renames its counters.
        return { name: exported.name, help, type: kind, aggregator: exported.aggregator, values: [...series.values()] };
      },
      // The numbers are the cache's: there is nothing here to be set back.
      reset: () => {},
    };
    return exported as unknown as PromMetric;
  }

  #collect(): Promise<readonly LabelledSnapshot[]> {
    if (this.#snapshots === undefined) {
      this.#snapshots = this.#sources.snapshots();
      // A registry asks all of its metrics before it waits for any.
      queueMicrotask(() => {
        this.#snapshots = undefined;
      });
    }
    return this.#snapshots;
  }
}

/** Regions beyond the limit of labels have the same labels, and are added up. */
function addTo(series: Map<string, Series>, name: string, cache: string, { labels, value, suffix }: Sample): void {
  const id = JSON.stringify([suffix, cache, ...Object.values(labels)]);
  const before = series.get(id);
  if (before !== undefined) before.value += value;
  else series.set(id, { labels: { cache, ...labels }, value, ...(suffix && { metricName: `${name}${suffix}` }) });
}
