/** Buckets to each doubling: what is told of a value is within 1.6 % of it. */
const PER_OCTAVE = 32;
const BITS = 5;
const MOST = 2 ** 31 - 1;

/** So many buckets there are. */
export const LOG_LINEAR_BUCKETS: number = bucketOf(MOST) + 1;

/**
 * The bucket of a whole number: numbers below 64 have one each, and every doubling beyond has 32 of equal width, as in
 * Gil Tene's HdrHistogram. What is beyond 2^31 is in the last.
 */
export function bucketOf(value: number): number {
  if (value < PER_OCTAVE) return value < 0 ? 0 : value | 0;
  if (value >= MOST) value = MOST;
  const exponent = 31 - Math.clz32(value);
  return ((exponent - BITS + 1) << BITS) + ((value >> (exponent - BITS)) & (PER_OCTAVE - 1));
}

/** The smallest number of a bucket. */
export function bucketStart(bucket: number): number {
  if (bucket < PER_OCTAVE) return bucket;
  return (PER_OCTAVE + (bucket & (PER_OCTAVE - 1))) * bucketWidth(bucket);
}

/** How many numbers a bucket holds. */
export function bucketWidth(bucket: number): number {
  return bucket < PER_OCTAVE ? 1 : 2 ** ((bucket >> BITS) - 1);
}
