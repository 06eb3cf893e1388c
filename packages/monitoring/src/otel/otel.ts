import { checkFunction, mismatch } from '@uno-cache/core/adapter';
import type { Monitor, MonitorInternals } from '../monitor.ts';
import { METRICS } from '../prometheus/metric-table.ts';
import type { SnapshotSource } from '../prometheus/snapshot-sources.ts';
import { SnapshotSources } from '../prometheus/snapshot-sources.ts';
import type { BatchResult, Instrument, OtelMeter } from './meter.ts';

/** Monitors whose metrics a meter observes. */
export interface OtelBridge {
  /**
   * Adds a monitor that `createMonitor()` made, until it closes.
   *
   * @returns what takes it away again.
   * @throws TypeError for anything else.
   */
  add(monitor: Monitor): () => void;

  /** Observes nothing any longer. Idempotent. */
  close(): void;
}

/**
 * The metrics of monitors as observable instruments of an OpenTelemetry meter, read when the meter collects. Names are
 * those of Prometheus with points, `cache.tier.hits` for `cache_tier_hits_total`, so that an exporter to Prometheus makes
 * the same of them. The histogram of latencies is two counters, `.count` and `.sum` (milliseconds): there are no
 * observable histograms.
 *
 * @param meter - of @opentelemetry/api 1.x; nothing of it is imported.
 * @throws TypeError for what is no meter.
 */
export function otel(meter: OtelMeter): OtelBridge {
  const candidate = meter as Partial<OtelMeter> | undefined;
  if (candidate === undefined || candidate === null) throw new TypeError(mismatch('meter', 'a Meter', meter));
  checkFunction(candidate.addBatchObservableCallback, 'meter.addBatchObservableCallback');
  const sources = new SnapshotSources();
  const removers = new Set<() => void>();
  const instruments = createInstruments(meter);
  const observe = async (result: BatchResult): Promise<void> => {
    for (const [cache, snapshot] of await sources.snapshots()) {
      for (const { name, read } of METRICS) {
        for (const { labels, value, suffix } of read(snapshot)) {
          const instrument = instruments.get(instrumentName(name, suffix));
          if (instrument !== undefined) result.observe(instrument, value, { cache, ...labels });
        }
      }
    }
  };
  const all = [...instruments.values()];
  meter.addBatchObservableCallback(observe, all);
  return {
    add(monitor) {
      const source = monitor as Monitor & Partial<SnapshotSource & MonitorInternals>;
      if (typeof source?.snapshot !== 'function') {
        throw new TypeError(mismatch('monitor', 'a monitor made by createMonitor()', monitor));
      }
      const removeSource = sources.add(source as Monitor & SnapshotSource);
      const remove = (): void => {
        removeSource();
        forget?.();
        removers.delete(remove);
      };
      const forget = source.onClose?.(remove);
      removers.add(remove);
      return remove;
    },
    close: () => {
      meter.removeBatchObservableCallback(observe, all);
      for (const remove of removers) remove();
    },
  };
}

function createInstruments(meter: OtelMeter): Map<string, Instrument> {
  const instruments = new Map<string, Instrument>();
  for (const { name, kind, help: description } of METRICS) {
    const suffixes = kind === 'histogram' ? ['_count', '_sum'] : [''];
    for (const each of suffixes.map((suffix) => instrumentName(name, suffix))) {
      const options = { description };
      const isGauge = kind === 'gauge';
      instruments.set(
        each,
        isGauge ? meter.createObservableGauge(each, options) : meter.createObservableCounter(each, options),
      );
    }
  }
  return instruments;
}

function instrumentName(name: string, suffix = ''): string {
  return `${name.replace(/_total$/, '')}${suffix}`.replaceAll('_', '.');
}
