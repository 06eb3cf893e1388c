/** A generator of numbers in [0, 1) that repeats with its seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` ranks from 0 to `size - 1`, rank r with a weight of 1 / (r + 1)^skew. */
export function zipfRanks(size: number, skew: number, count: number, seed: number): Uint32Array {
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let rank = 0; rank < size; rank++) {
    total += 1 / (rank + 1) ** skew;
    cumulative[rank] = total;
  }
  const random = seededRandom(seed);
  return Uint32Array.from({ length: count }, () => rankAt(cumulative, random() * total));
}

function rankAt(cumulative: Float64Array, point: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) < point) low = middle + 1;
    else high = middle;
  }
  return low;
}
