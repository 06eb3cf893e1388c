import { expect, test } from 'vitest';
import type { MissRatioCurve } from '../../src/analysis/analysis.ts';
import { hitRateAt, missRatioCurve } from '../../src/analysis/miss-ratio-curve.ts';
import { ReuseTimes } from '../../src/observe/reuse-times.ts';
import { WatchedKeys } from '../../src/observe/watched-keys.ts';

/** As the observer does: one lookup in `every` is watched. */
function told(
  keys: readonly string[],
  every: number,
  tierOf: (region: string) => string = () => 'memory',
): MissRatioCurve {
  const watched = new WatchedKeys();
  const reuse = new ReuseTimes(watched, tierOf);
  let random = 1;
  keys.forEach((key, index) => {
    const at = index + 1;
    const region = key.startsWith('other') ? 'other' : '';
    if (watched.mayHave(key)) watched.lookedUp(region, key, at);
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    if (random / 2 ** 32 < 1 / every) reuse.sample(region, key, at);
  });
  return missRatioCurve(reuse.of('memory', keys.length)!);
}

function lruHitRate(keys: readonly string[], size: number): number {
  const cache = new Set<string>();
  let hits = 0;
  for (const key of keys) {
    if (cache.delete(key)) hits++;
    else if (cache.size >= size) cache.delete(cache.values().next().value!);
    cache.add(key);
  }
  return hits / keys.length;
}

function zipf(count: number, size: number): string[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `key:${Math.floor(size ** (state / 2 ** 32))}`;
  });
}

test('agrees with a real LRU cache, at every size', () => {
  const keys = zipf(300_000, 20_000);
  const curve = told(keys, 16);
  for (const size of [50, 200, 1000, 4000]) {
    expect(Math.abs(hitRateAt(curve, size)! - lruHitRate(keys, size))).toBeLessThan(0.03);
  }
});

test('a loop hits nothing until all of it fits in', () => {
  const keys = Array.from({ length: 100_000 }, (_, at) => `key:${at % 1000}`);
  const curve = told(keys, 16);
  expect(hitRateAt(curve, 900)).toBeLessThan(0.02);
  expect(curve.points.at(-1)!.hitRate).toBeGreaterThan(0.9);
  expect(curve.points.at(-1)!.entries).toBeGreaterThan(950);
  expect(curve.points.at(-1)!.entries).toBeLessThan(1050);
});

test('keys that never come again make no hits, though they are still waited for', () => {
  const keys = Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? `once:${at}` : `hot:${at % 10}`));
  const curve = told(keys, 64);
  expect(hitRateAt(curve, 1000)).toBeCloseTo(0.5, 1);
});

test('lookups that go to another tier take no room in this one', () => {
  const keys = zipf(200_000, 5000);
  const mixed = keys.flatMap((key, at) => [key, `other:${at}`]);
  const curve = told(mixed, 16, (region) => (region === 'other' ? 'elsewhere' : 'memory'));
  for (const size of [100, 1000]) {
    expect(Math.abs(hitRateAt(curve, size)! - lruHitRate(keys, size))).toBeLessThan(0.03);
  }
});

test('beyond what was seen nothing is told, unless all was hit', () => {
  expect(hitRateAt({ points: [{ entries: 10, hitRate: 1 }], samples: 1 }, 11)).toBe(1);
  expect(hitRateAt({ points: [{ entries: 10, hitRate: 0.5 }], samples: 1 }, 11)).toBeUndefined();
  expect(hitRateAt({ points: [{ entries: 10, hitRate: 0.5 }], samples: 1 }, 5)).toBe(0.25);
});
