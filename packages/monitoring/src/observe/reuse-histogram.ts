import { bucketStart, bucketWidth, LOG_LINEAR_BUCKETS } from '../log-linear.ts';

/** With so many samples the older ones begin to count for less. */
const ENOUGH = 100_000;

/** A stretch of reuse times, in lookups, and the shares of lookups whose keys take longer than its start and its end. */
export interface Survival {
  readonly start: number;
  readonly width: number;
  readonly before: number;
  readonly after: number;
}

/** Reuse times: of keys that came again, and of those that were no longer waited for. */
export class ReuseHistogram {
  readonly #reused = new Float64Array(LOG_LINEAR_BUCKETS);
  readonly #givenUp = new Float64Array(LOG_LINEAR_BUCKETS);
  #total = 0;
  /** Keys that were waited for. */
  started = 0;

  get samples(): number {
    return Math.round(this.#total);
  }

  reused(bucket: number): void {
    this.#count(this.#reused, bucket);
  }

  givenUp(bucket: number): void {
    this.#count(this.#givenUp, bucket);
  }

  /**
   * How many keys take longer, time by time, as far as was looked. Keys that were given up count as long as they were
   * waited for: the estimator of Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", JASA 1958.
   *
   * @param waiting - the buckets that those have come to who are still waited for; they count like those given up.
   */
  *survival(waiting: readonly number[]): Generator<Survival> {
    const waited = new Float64Array(LOG_LINEAR_BUCKETS);
    for (const bucket of waiting) waited[bucket] = waited[bucket]! + 1;
    let atRisk = this.#total + waiting.length - waited[0]!;
    let surviving = 1;
    for (let bucket = 1; bucket < LOG_LINEAR_BUCKETS && atRisk > 0; bucket++) {
      const reused = this.#reused[bucket]!;
      const givenUp = this.#givenUp[bucket]! + waited[bucket]!;
      const before = surviving;
      const exposed = atRisk - givenUp / 2;
      if (exposed > 0) surviving *= Math.max(0, 1 - reused / exposed);
      atRisk -= reused + givenUp;
      yield { start: bucketStart(bucket), width: bucketWidth(bucket), before, after: surviving };
    }
  }

  #count(counts: Float64Array, bucket: number): void {
    counts[bucket] = counts[bucket]! + 1;
    this.#total++;
    if (this.#total >= ENOUGH) this.#age();
  }

  #age(): void {
    for (const counts of [this.#reused, this.#givenUp]) {
      for (let bucket = 0; bucket < counts.length; bucket++) counts[bucket] = counts[bucket]! / 2;
    }
    this.#total /= 2;
  }
}
