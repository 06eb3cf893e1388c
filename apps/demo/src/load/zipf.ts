import type { Random } from './random.ts';

/**
 * Draws ranks from 0 to `count - 1` as people draw from what is popular: the rank r comes up in proportion to
 * 1 / (r + 1)^exponent. The larger the exponent, the more of the draws fall on few ranks.
 */
export function zipf(count: number, exponent: number, random: Random): () => number {
  const cumulated = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -exponent;
    cumulated[rank] = sum;
  }
  return () => firstAbove(cumulated, random() * sum);
}

function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
