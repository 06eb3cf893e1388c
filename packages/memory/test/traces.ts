/** Access traces of pure kinds, small enough for a test: what a policy is good at shows in one number. */

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Each key comes three times, some `gap` accesses apart, and never again: nothing but recency helps. */
export function bursts(length: number, gap: number, first: number = 0): number[] {
  const next = random(first + gap);
  const trace: number[] = [];
  const later = new Map<number, number[]>();
  for (let key = first; trace.length < length; key++) {
    trace.push(key);
    for (const share of [1, 2]) {
      const at = trace.length + Math.ceil(gap * share * (0.4 + 0.2 * next()));
      later.set(at, [...(later.get(at) ?? []), key]);
    }
    for (let due = later.get(trace.length); due !== undefined; due = later.get(trace.length)) {
      later.delete(trace.length);
      trace.push(...due);
    }
  }
  return trace.slice(0, length);
}

/** The same keys in the same order, again and again: nothing is worse than recency. */
export function loop(length: number, keys: number): number[] {
  return Array.from({ length }, (_, i) => 2_000_000 + (i % keys));
}

/** Zipf's law over so many keys; every thousand accesses the ranks move on by `drift` keys. */
export function popularity(length: number, keys: number, drift: number): number[] {
  const next = random(keys + drift);
  const cumulative: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= keys; rank++) {
    total += rank ** -0.9;
    cumulative.push(total);
  }
  return Array.from({ length }, (_, i) => rankAt(cumulative, next() * total) + drift * Math.floor(i / 1_000));
}

/** Popular keys, broken by runs of keys that never come again. */
export function scans(length: number, keys: number): number[] {
  const popular = popularity(length, keys, 0);
  return popular.map((key, i) => (i % 800 < 500 ? key : 3_000_000 + i));
}

export function joined(...traces: readonly (readonly number[])[]): number[] {
  return traces.flat();
}

function rankAt(cumulative: readonly number[], point: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! < point) low = middle + 1;
    else high = middle;
  }
  return low;
}
