import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUCKET_BOUNDS_MS, BucketCounts } from '../../src/latency/bucket-counts.ts';
import { LatencyHistogram } from '../../src/latency/latency-histogram.ts';

const durations = fc.array(fc.double({ min: 0.002, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 300 });

test('percentiles are within 2 % of those of the sorted durations', () => {
  fc.assert(
    fc.property(durations, (all) => {
      const histogram = new LatencyHistogram();
      for (const ms of all) histogram.record(ms, 1);
      const sorted = [...all].sort((one, other) => one - other);
      const { p50, p95, p99, max, count } = histogram.percentiles();
      for (const [share, told] of [
        [0.5, p50],
        [0.95, p95],
        [0.99, p99],
      ] as const) {
        const real = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        expect(Math.abs(told - real)).toBeLessThanOrEqual(real * 0.02 + 0.00002);
      }
      expect(max).toBe(sorted.at(-1));
      expect(count).toBe(all.length);
    }),
  );
});

test('a weight counts as so many', () => {
  const histogram = new LatencyHistogram();
  histogram.record(1, 99);
  histogram.record(1000, 1);
  const { p50, p99, mean, count } = histogram.percentiles();
  expect(count).toBe(100);
  expect(p50).toBeCloseTo(1, 1);
  expect(p99).toBeCloseTo(1, 1);
  expect(mean).toBeCloseTo(10.99, 6);
});

test('compacting and adding gives the same histogram', () => {
  fc.assert(
    fc.property(durations, durations, (one, other) => {
      const whole = new LatencyHistogram();
      const sum = new LatencyHistogram();
      for (const part of [one, other]) {
        const histogram = new LatencyHistogram();
        for (const ms of part) {
          whole.record(ms, 1);
          histogram.record(ms, 1);
        }
        sum.add(histogram.compact()!);
      }
      const { mean, ...rest } = sum.percentiles();
      const { mean: wholeMean, ...wholeRest } = whole.percentiles();
      expect(rest).toEqual(wholeRest);
      expect(mean).toBeCloseTo(wholeMean, 6);
    }),
  );
});

test('an empty one is all zeros, again after a reset', () => {
  const histogram = new LatencyHistogram();
  const empty = { count: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  expect(histogram.percentiles()).toEqual(empty);
  expect(histogram.compact()).toBeUndefined();
  histogram.record(3, 1);
  histogram.reset();
  expect(histogram.percentiles()).toEqual(empty);
});

test('buckets for Prometheus count what is at most as long as their bound', () => {
  const counts = new BucketCounts();
  for (const ms of [0, 0.001, 0.0011, 1, 1.5, 1000, 5000]) counts.record(ms, 1);
  const cumulative = counts.cumulative();
  const at = (bound: number): number | undefined => cumulative[BUCKET_BOUNDS_MS.indexOf(bound)];
  expect([at(0.001), at(0.0025), at(1), at(2.5), at(1000), cumulative.at(-1)]).toEqual([2, 3, 4, 5, 6, 7]);
  expect(counts.sumMs).toBeCloseTo(6002.5021, 6);
});
