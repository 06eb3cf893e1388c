import { seededRandom, zipfRanks } from '../zipf.ts';
import type { Trace } from './traces.ts';

/** Traces of pure kinds and mixtures of them, that no fixed policy is good at altogether. */
export function* synthetic(): Generator<Trace> {
  yield { name: 'recency', entries: 512, keys: recency(300_000, 300) };
  yield { name: 'recency, small', entries: 50, keys: recency(100_000, 20) };
  yield { name: 'recency, large', entries: 50_000, keys: recency(1_000_000, 30_000) };
  yield { name: 'recency, loop, recency', entries: 512, keys: phases() };
  yield { name: 'loop', entries: 512, keys: loop(200_000, 700) };
  yield { name: 'loop, larger', entries: 512, keys: loop(200_000, 1500) };
  yield { name: 'zipf', entries: 1000, keys: zipf(300_000, 100_000, 0) };
  yield { name: 'zipf, large', entries: 100_000, keys: zipf(2_000_000, 1_000_000, 0) };
  yield { name: 'zipf, wandering', entries: 500, keys: zipf(300_000, 20_000, 10) };
  yield { name: 'zipf, fleeting', entries: 500, keys: zipf(300_000, 5000, 200) };
  yield { name: 'zipf and scans', entries: 500, keys: withScans(zipf(300_000, 20_000, 0)) };
  yield { name: 'zipf and loop', entries: 1000, keys: halfAndHalf(zipf(150_000, 20_000, 0), loop(150_000, 1500)) };
}

/** Each key comes three times, some `gap` accesses apart, and never again. */
function recency(length: number, gap: number, first = 0): Int32Array {
  const random = seededRandom(gap + first);
  const keys = new Int32Array(length);
  const later = new Map<number, number[]>();
  let key = first;
  for (let at = 0; at < length; at++) {
    const due = later.get(at) ?? [];
    const again = due.pop();
    if (due.length > 0) later.set(at + 1, [...(later.get(at + 1) ?? []), ...due]);
    later.delete(at);
    keys[at] = again ?? key;
    if (again !== undefined) continue;
    key++;
    for (const share of [1, 2]) {
      const then = at + Math.ceil(gap * share * (0.4 + 0.2 * random()));
      later.set(then, [...(later.get(then) ?? []), key - 1]);
    }
  }
  return keys;
}

function loop(length: number, keys: number): Int32Array {
  return Int32Array.from({ length }, (_, at) => 500_000_000 + (at % keys));
}

/** Zipf's law; every thousand accesses the ranks move on by `drift` keys. */
function zipf(length: number, keys: number, drift: number): Int32Array {
  const ranks = zipfRanks(keys, 0.9, length, keys + drift);
  return Int32Array.from(ranks, (rank, at) => rank + drift * Math.floor(at / 1000));
}

function withScans(keys: Int32Array): Int32Array {
  return keys.map((key, at) => (at % 800 < 500 ? key : 600_000_000 + at));
}

function halfAndHalf(one: Int32Array, two: Int32Array): Int32Array {
  return Int32Array.from({ length: one.length * 2 }, (_, at) => (at % 2 === 0 ? one : two)[at >> 1] ?? 0);
}

function phases(): Int32Array {
  const parts = [recency(150_000, 300), loop(150_000, 700), recency(150_000, 300, 700_000_000)];
  return Int32Array.from(parts.flatMap((part) => Array.from(part)));
}
