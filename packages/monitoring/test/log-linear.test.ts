import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, bucketStart, bucketWidth, LOG_LINEAR_BUCKETS } from '../src/log-linear.ts';

const numbers = fc.integer({ min: 0, max: 2 ** 31 - 2 });

test('a number lies within its bucket, which is no wider than a 32nd of it', () => {
  fc.assert(
    fc.property(numbers, (value) => {
      const bucket = bucketOf(value);
      expect(value).toBeGreaterThanOrEqual(bucketStart(bucket));
      expect(value).toBeLessThan(bucketStart(bucket) + bucketWidth(bucket));
      expect(bucketWidth(bucket)).toBeLessThanOrEqual(Math.max(1, value / 32));
    }),
  );
});

test('buckets follow each other without a gap', () => {
  for (let bucket = 1; bucket < LOG_LINEAR_BUCKETS; bucket++) {
    expect(bucketStart(bucket)).toBe(bucketStart(bucket - 1) + bucketWidth(bucket - 1));
  }
});

test('what is below or beyond is in the first or the last', () => {
  expect(bucketOf(-5)).toBe(0);
  expect(bucketOf(0.9)).toBe(0);
  expect(bucketOf(2 ** 40)).toBe(LOG_LINEAR_BUCKETS - 1);
  expect(bucketOf(Infinity)).toBe(LOG_LINEAR_BUCKETS - 1);
});
