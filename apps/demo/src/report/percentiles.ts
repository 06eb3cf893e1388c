export interface Percentiles {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

/** The smallest of the values that so many per cent do not exceed; `undefined` when there are none. */
export function percentiles(values: Iterable<number>): Percentiles {
  const ascending = Float64Array.from(values).sort();
  const at = (percent: number): number | undefined =>
    ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)];
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}
