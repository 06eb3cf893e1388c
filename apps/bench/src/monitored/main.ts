/*
 * What a monitor costs: hits in the memory tier, with and without one, and with top keys. 50,000 string keys, zipf
 * access, in turns. Two callers: one that has its keys, and one that makes each anew, as services do.
 *
 *   npx -y pnpm@12.21.0 bench monitored [rounds]
 *
 * A monitor watches keys for a sixteenth of all lookups, so that rounds differ: the difference is the mean of those within
 * the rounds, without the outermost tenths.
 */
import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import type { MonitorOptions } from '@uno-cache/monitoring';
import { createMonitor } from '@uno-cache/monitoring';
import { median } from '../rounds.ts';
import { zipfRanks } from '../zipf.ts';

const KEYS = 50_000;
const OPERATIONS = 200_000;
const WARM_UP = 5;
const rounds = Number(process.argv[2] ?? 60);

const keys = Array.from({ length: KEYS }, (_, index) => keyOf(index));
const ranks = Array.from(zipfRanks(KEYS, 0.99, OPERATIONS, 1));
const order = ranks.map((rank) => keys[rank] as string);

/** Microseconds that this thread has worked: what else the machine does counts little. */
function threadTime(): number {
  const { user, system } = (process as unknown as { threadCpuUsage(): NodeJS.CpuUsage }).threadCpuUsage();
  return user + system;
}

function keyOf(index: number): string {
  return `user:${index}:profile`;
}

async function filled(options?: MonitorOptions): Promise<Cache> {
  const cache = createCache({ tiers: [memory({ maxEntries: KEYS * 2 })], ttl: '1h' });
  for (const key of keys) await cache.set(key, { id: key, name: 'Ada' });
  if (options !== undefined) createMonitor(cache, options);
  return cache;
}

const caches = { without: await filled(), monitored: await filled({}), 'with top keys': await filled({ topKeys: 20 }) };
type Name = keyof typeof caches;
const names = Object.keys(caches) as Name[];

const passes: Readonly<Record<string, (cache: Cache) => Promise<number>>> = {
  'await get': async (cache) => {
    let found = 0;
    for (const key of order) if ((await cache.get(key)) !== undefined) found++;
    return found;
  },
  'await get, new keys': async (cache) => {
    let found = 0;
    for (const rank of ranks) if ((await cache.get(keyOf(rank))) !== undefined) found++;
    return found;
  },
  'await getOrSet': async (cache) => {
    let found = 0;
    for (const key of order) if ((await cache.getOrSet(key, () => key)) !== undefined) found++;
    return found;
  },
  'sync.get': async ({ sync }) => {
    let found = 0;
    for (const key of order) if (sync.get(key) !== undefined) found++;
    return found;
  },
};

const samplesOf = new Map(Object.keys(passes).map((title) => [title, new Map<Name, number[]>()]));
for (let round = -WARM_UP; round < rounds; round++) {
  for (const [title, run] of Object.entries(passes)) {
    for (let turn = 0; turn < names.length; turn++) {
      // Each has each place in a round as often.
      const name = names[(turn + round + WARM_UP) % names.length] as Name;
      const began = threadTime();
      const found = await run(caches[name]);
      const ns = ((threadTime() - began) * 1e3) / OPERATIONS;
      if (found !== OPERATIONS) throw new Error(`${OPERATIONS - found} lookups were no hits`);
      if (round >= 0) samplesOf.get(title)?.set(name, [...(samplesOf.get(title)?.get(name) ?? []), ns]);
    }
  }
}

const columns = ['without', 'monitored', 'difference', 'ratio', 'with top keys', 'difference'];
console.log(`\nNear hits, ns of processor time each, ${KEYS} keys, zipf 0.99, ${rounds} rounds\n`);
console.log(`  ${''.padEnd(20)}${columns.map((title) => title.padStart(15)).join('')}`);
for (const [title, samples] of samplesOf) {
  const of = (name: Name): number[] => samples.get(name) ?? [];
  const difference = (name: Name): number =>
    meanOfMost(of(name).map((ns, at) => ns - (of('without')[at] ?? Number.NaN)));
  const [without, monitored, withKeys] = names.map((name) => median(of(name))) as [number, number, number];
  const cells = [
    without,
    monitored,
    difference('monitored'),
    monitored / without,
    withKeys,
    difference('with top keys'),
  ];
  console.log(`  ${title.padEnd(20)}${cells.map((cell, at) => cell.toFixed(at === 3 ? 2 : 1).padStart(15)).join('')}`);
}
console.log('\n  goal: a monitored near hit costs at most 30 ns more');
for (const cache of Object.values(caches)) await cache.close();

function meanOfMost(values: readonly number[]): number {
  const most = [...values].sort((one, other) => one - other).slice(values.length / 10, -values.length / 10);
  return most.reduce((sum, value) => sum + value, 0) / most.length;
}
