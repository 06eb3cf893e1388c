import type { Percentiles, TierLatency } from '../analysis/analysis.ts';
import { BucketCounts } from './bucket-counts.ts';
import type { CompactHistogram } from './latency-histogram.ts';
import { LatencyHistogram } from './latency-histogram.ts';

/** What answers lookups: their durations together are the latency of a tier. */
const READS: ReadonlySet<string> = new Set(['get', 'getMany']);
/** Operations of a tier that have a histogram of their own; more share one. */
const MOST_OPERATIONS = 32;
const OTHER = 'other';

/** Durations of one operation of one tier. */
class Series {
  readonly live: LatencyHistogram = new LatencyHistogram();
  /** Slices that are over, oldest first. */
  readonly closed: (CompactHistogram | undefined)[] = [];
  readonly buckets: BucketCounts = new BucketCounts();
}

/** Durations by tier and operation, in slices of time. */
export class LatencyBook {
  readonly #tiers = new Map<string, Map<string, Series>>();
  readonly #slices: number;

  /** @param slices - how many slices that are over are kept. */
  constructor(slices: number) {
    this.#slices = slices;
  }

  /** @param weight - how many operations the duration stands for. */
  record(tier: string, operation: string, durationMs: number, weight: number): void {
    const { live, buckets } = this.#tiers.get(tier)?.get(operation) ?? this.#newSeries(tier, operation);
    live.record(durationMs, weight);
    buckets.record(durationMs, weight);
  }

  /** Ends a slice. */
  rotate(): void {
    for (const operations of this.#tiers.values()) {
      for (const { live, closed } of operations.values()) {
        closed.push(live.compact());
        if (closed.length > this.#slices) closed.shift();
        live.reset();
      }
    }
  }

  /** Of a tier, over the slice under way and so many before it. */
  ofTier(tier: string, closedSlices: number): TierLatency {
    const operations: Record<string, Percentiles> = {};
    const reads = new LatencyHistogram();
    for (const [operation, series] of this.#tiers.get(tier) ?? []) {
      const histogram = merged(series, closedSlices);
      operations[operation] = histogram.percentiles();
      const compact = READS.has(operation) ? histogram.compact() : undefined;
      if (compact !== undefined) reads.add(compact);
    }
    return { ...reads.percentiles(), operations };
  }

  /** Of one operation of a tier. */
  of(tier: string, operation: string, closedSlices: number): Percentiles {
    const series = this.#tiers.get(tier)?.get(operation);
    return (series === undefined ? new LatencyHistogram() : merged(series, closedSlices)).percentiles();
  }

  /** Since the beginning, by tier and operation. */
  *buckets(): Generator<readonly [tier: string, operation: string, buckets: BucketCounts]> {
    for (const [tier, operations] of this.#tiers) {
      for (const [operation, { buckets }] of operations) yield [tier, operation, buckets];
    }
  }

  #newSeries(tier: string, operation: string): Series {
    let operations = this.#tiers.get(tier);
    if (operations === undefined) {
      operations = new Map();
      this.#tiers.set(tier, operations);
    }
    const name = operations.size < MOST_OPERATIONS ? operation : OTHER;
    const series = operations.get(name) ?? new Series();
    operations.set(name, series);
    return series;
  }
}

function merged({ live, closed }: Series, closedSlices: number): LatencyHistogram {
  const sum = new LatencyHistogram();
  const first = Math.max(0, closed.length - closedSlices);
  for (const slice of [...closed.slice(first), live.compact()]) if (slice !== undefined) sum.add(slice);
  return sum;
}
