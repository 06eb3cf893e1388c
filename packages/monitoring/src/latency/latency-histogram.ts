import type { Percentiles } from '../analysis/analysis.ts';
import { bucketOf, bucketStart, bucketWidth, LOG_LINEAR_BUCKETS } from '../log-linear.ts';

/** Steps of the finest buckets: 15 ns, so that the last ends after half a minute. */
const STEPS_PER_MS = 2 ** 16;

/** What a slice of time leaves behind: the buckets that are not empty. */
export interface CompactHistogram {
  readonly buckets: Uint16Array;
  readonly counts: Uint32Array;
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
}

/** Durations, counted in buckets that grow with them. Recording neither allocates nor searches. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(LOG_LINEAR_BUCKETS);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  /** @param weight - how many operations the duration stands for. */
  record(durationMs: number, weight: number): void {
    const bucket = bucketOf(durationMs * STEPS_PER_MS);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + weight;
    this.#count += weight;
    this.#sumMs += durationMs * weight;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
  }

  add({ buckets, counts, count, sumMs, maxMs }: CompactHistogram): void {
    for (let index = 0; index < buckets.length; index++) {
      const bucket = buckets[index]!;
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (counts[index] ?? 0);
    }
    this.#count += count;
    this.#sumMs += sumMs;
    this.#maxMs = Math.max(this.#maxMs, maxMs);
  }

  /** `undefined` when it is empty. */
  compact(): CompactHistogram | undefined {
    if (this.#count === 0) return undefined;
    const buckets: number[] = [];
    for (let bucket = 0; bucket < this.#counts.length; bucket++) if (this.#counts[bucket] !== 0) buckets.push(bucket);
    return {
      buckets: Uint16Array.from(buckets),
      counts: Uint32Array.from(buckets, (bucket) => this.#counts[bucket] ?? 0),
      count: this.#count,
      sumMs: this.#sumMs,
      maxMs: this.#maxMs,
    };
  }

  reset(): void {
    if (this.#count === 0) return;
    this.#counts.fill(0);
    this.#count = 0;
    this.#sumMs = 0;
    this.#maxMs = 0;
  }

  percentiles(): Percentiles {
    const [p50 = 0, p95 = 0, p99 = 0] = this.#atShares([0.5, 0.95, 0.99]);
    const mean = this.#count === 0 ? 0 : this.#sumMs / this.#count;
    return { count: this.#count, mean, p50, p95, p99, max: this.#maxMs };
  }

  /** The durations that such shares of all operations do not exceed; the shares in ascending order. */
  #atShares(shares: readonly number[]): number[] {
    const found: number[] = [];
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length && found.length < shares.length; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      while (found.length < shares.length && seen > 0 && seen >= this.#count * shares[found.length]!) {
        found.push(Math.min(middleMs(bucket), this.#maxMs));
      }
    }
    return found;
  }
}

function middleMs(bucket: number): number {
  // What takes no time by a coarse clock is not to look like some.
  if (bucket === 0) return 0;
  return (bucketStart(bucket) + bucketWidth(bucket) / 2) / STEPS_PER_MS;
}
