/*
 * Hit ratios on access traces: the policies of MemoryCache and lru-cache beside the optimum. A get that misses is
 * followed by a set.
 *
 *   npx -y pnpm@12.21.0 bench hit-ratio [directory] [sizes]
 *
 * `directory` (or TRACES) holds the traces: one key a line, lines with `*` are skipped, `.gz` is unpacked. `sizes` are
 * entries, separated by commas; a file `sizes.json` in the directory gives some per trace: `{ "loop": [512] }`.
 * Without a directory synthetic traces are run.
 */
import { MemoryCache } from '@uno-cache/memory';
import { LRUCache } from 'lru-cache';
import { optimum } from './optimum.ts';
import { synthetic } from './synthetic.ts';
import type { Trace } from './traces.ts';
import { tracesIn } from './traces.ts';

interface Cache {
  get(key: number): unknown;
  set(key: number, value: number): unknown;
}

const POLICIES: Readonly<Record<string, (entries: number) => Cache>> = {
  'lru-cache': (max) => new LRUCache<number, number>({ max }),
  lru: (maxEntries) => new MemoryCache<number, number>({ maxEntries, policy: 'lru' }),
  's3-fifo': (maxEntries) => new MemoryCache<number, number>({ maxEntries, policy: 's3-fifo' }),
  'w-tinylfu': (maxEntries) => new MemoryCache<number, number>({ maxEntries }),
};

function hitRatio(keys: Int32Array, cache: Cache): number {
  let hits = 0;
  for (const key of keys) {
    if (cache.get(key) === undefined) cache.set(key, key);
    else hits++;
  }
  return (100 * hits) / keys.length;
}

function printRow(cells: readonly string[]): void {
  const [name = '', size = '', ...ratios] = cells;
  console.log(`  ${name.padEnd(26)} ${size.padStart(7)} ${ratios.map((ratio) => ratio.padStart(10)).join('')}`);
}

const { TRACES } = process.env;
const directory = process.argv[2] ?? TRACES;
const sizes = process.argv[3]?.split(',').map(Number);
const traces: Iterable<Trace> = directory === undefined ? synthetic() : tracesIn(directory, sizes);
const names = [...Object.keys(POLICIES), 'optimum'];
const sums = new Map<string, number>();
let rows = 0;

console.log('\nHits in percent\n');
printRow(['trace', 'entries', ...names]);
for (const { name, entries, keys } of traces) {
  const ratios = Object.values(POLICIES).map((make) => hitRatio(keys, make(entries)));
  ratios.push(optimum(keys, entries));
  printRow([name, String(entries), ...ratios.map((ratio) => ratio.toFixed(2))]);
  for (const [index, ratio] of ratios.entries())
    sums.set(names[index] ?? '', (sums.get(names[index] ?? '') ?? 0) + ratio);
  rows++;
}
printRow(['mean', '', ...names.map((name) => ((sums.get(name) ?? 0) / rows).toFixed(2))]);
