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
export class LatencySeries {
  readonly live: LatencyHistogram = new LatencyHistogram();
  /** Slices that are over, oldest first. */
  readonly closed: (CompactHistogram | undefined)[] = [];
  readonly buckets: BucketCounts = new BucketCounts();

  /** @param weight - how many operations the duration stands for. */
  record(durationMs: number, weight: number): void {
    this.live.record(durationMs, weight);
    this.buckets.record(durationMs, weight);
  }
}

/** Durations by tier and operation, in slices of time. */
export class LatencyBook {
  readonly #tiers = new Map<string, Map<string, LatencySeries>>();
  readonly #slices: number;

  /** @param slices - how many slices that are over are kept. */
  constructor(slices: number) {
    this.#slices = slices;
  }

  /** Where the durations of an operation go. */
  series(tier: string, operation: string): LatencySeries {
    return this.#tiers.get(tier)?.get(operation) ?? this.#newSeries(tier, operation);
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

  #newSeries(tier: string, operation: string): LatencySeries {
    let operations = this.#tiers.get(tier);
    if (operations === undefined) {
      operations = new Map();
      this.#tiers.set(tier, operations);
    }
    const name = operations.size < MOST_OPERATIONS ? operation : OTHER;
    const series = operations.get(name) ?? new LatencySeries();
    operations.set(name, series);
    return series;
  }
}

function merged({ live, closed }: LatencySeries, closedSlices: number): LatencyHistogram {
  const sum = new LatencyHistogram();
  const first = Math.max(0, closed.length - closedSlices);
  for (const slice of [...closed.slice(first), live.compact()]) if (slice !== undefined) sum.add(slice);
  return sum;
}
