/** Upper bounds of the buckets that Prometheus gets, in milliseconds: 1 µs to 1 s. */
export const BUCKET_BOUNDS_MS: readonly number[] = Object.freeze([
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000,
]);

/** A histogram in the sense of Prometheus: its counts begin with the monitor and never go down. */
export class BucketCounts {
  readonly #counts = new Float64Array(BUCKET_BOUNDS_MS.length + 1);
  #sumMs = 0;

  record(durationMs: number, weight: number): void {
    let bucket = 0;
    while (bucket < BUCKET_BOUNDS_MS.length && durationMs > BUCKET_BOUNDS_MS[bucket]!) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + weight;
    this.#sumMs += durationMs * weight;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  /** How many took at most as long as each bound, and, last, how many there were. */
  cumulative(): number[] {
    let sum = 0;
    return Array.from(this.#counts, (count) => {
      sum += count;
      return sum;
    });
  }
}
