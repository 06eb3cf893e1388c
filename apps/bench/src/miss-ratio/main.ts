/*
 * How well a monitor's miss-ratio curve, drawn from a sample of reuse times, agrees with an LRU cache of each size that
 * is really run: the mean absolute error in points of hit rate over sizes from a 64th of the keys to all.
 *
 *   npx -y pnpm@12.21.0 bench miss-ratio [directory]
 *
 * `directory` (or TRACES) holds traces, as in `hit-ratio`. Without one, synthetic traces are run.
 */
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import type { MissRatioCurve } from '@uno-cache/monitoring';
import { createMonitor } from '@uno-cache/monitoring';
import { LRUCache } from 'lru-cache';
import { synthetic } from '../hit-ratio/synthetic.ts';
import { tracesIn } from '../hit-ratio/traces.ts';

const SHARES = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4];
/** Short traces are played so often that they have as many lookups, as a cache in use would see. */
const LOOKUPS = 1_000_000;

const { TRACES } = process.env;
const directory = process.argv[2] ?? TRACES;
const traces = directory === undefined ? synthetic() : tracesIn(directory, [1]);

console.log('\nHit rates in percent, of LRU caches and (as the monitor tells them)\n');
let errors = 0;
let count = 0;
for (const { name, keys } of traces) {
  const distinct = new Set(keys).size;
  const sizes = SHARES.map((share) => Math.max(1, Math.round(distinct * share)));
  const repeats = Math.max(1, Math.ceil(LOOKUPS / keys.length));
  const curve = await toldByMonitor(keys, repeats, distinct);
  const cells: string[] = [];
  let error = 0;
  for (const size of sizes) {
    const real = hitRateOf(keys, repeats, size);
    const told = hitRateAt(curve, size);
    error += Math.abs(real - told) / sizes.length;
    cells.push(`${(100 * real).toFixed(1)} (${(100 * told).toFixed(1)})`);
  }
  errors += error;
  count++;
  console.log(
    `  ${name.padEnd(24)} ${cells.map((cell) => cell.padStart(13)).join('')}   mean error ${(100 * error).toFixed(2)}`,
  );
}
console.log(`\n  mean absolute error over all: ${((100 * errors) / count).toFixed(2)} points`);

async function toldByMonitor(keys: Int32Array, repeats: number, distinct: number): Promise<MissRatioCurve> {
  await using cache = createCache({ tiers: [memory({ maxEntries: distinct })] });
  const monitor = createMonitor(cache);
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const key of keys) if (cache.sync.get(String(key)) === undefined) cache.sync.set(String(key), 1);
  }
  return monitor.analyzePerformance().missRatioCurves.memory ?? { points: [], samples: 0 };
}

function hitRateOf(keys: Int32Array, repeats: number, max: number): number {
  const cache = new LRUCache<number, number>({ max });
  let hits = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const key of keys) {
      if (cache.get(key) === undefined) cache.set(key, 1);
      else hits++;
    }
  }
  return hits / (keys.length * repeats);
}

/** Between the neighbours of a size; beyond the last as there. */
function hitRateAt({ points }: MissRatioCurve, entries: number): number {
  let before = { entries: 0, hitRate: 0 };
  for (const point of points) {
    if (point.entries >= entries) {
      const part = (entries - before.entries) / (point.entries - before.entries);
      return before.hitRate + part * (point.hitRate - before.hitRate);
    }
    before = point;
  }
  return before.hitRate;
}
