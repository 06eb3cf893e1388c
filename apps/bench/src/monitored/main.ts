/*
 * What a monitor costs: hits in the memory tier, with and without one, and with top keys. 50,000 string keys, zipf
 * access, in turns. Two callers: one that has its keys, and one that makes each anew, as services do.
 *
 *   npx -y pnpm@12.21.0 bench monitored [rounds]
 *
 * Of three caches that are alike, one that was made earlier is faster than the next by as much as a monitor costs, so
 * each gets each monitor in turn. A monitor watches keys for a sixteenth of all lookups, so that rounds differ: the
 * difference is the mean of those within the rounds, without the outermost tenths.
 */
import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import type { MonitorOptions } from '@uno-cache/monitoring';
import { createMonitor } from '@uno-cache/monitoring';
import { median } from '../rounds.ts';
import { zipfRanks } from '../zipf.ts';

const KEYS = 50_000;
const OPERATIONS = 400_000;
const WARM_UP = 3;
const rounds = Number(process.argv[2] ?? 15);

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

async function filled(): Promise<Cache> {
  const cache = createCache({ tiers: [memory({ maxEntries: KEYS * 2 })], ttl: '1h' });
  for (const key of keys) await cache.set(key, { id: key, name: 'Ada' });
  return cache;
}

const monitors: Readonly<Record<string, MonitorOptions | undefined>> = {
  without: undefined,
  monitored: {},
  'with top keys': { topKeys: 20 },
};
const names = Object.keys(monitors);
const caches = [await filled(), await filled(), await filled()];

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

/** Nanoseconds by pass and monitor, in the order of the rounds. */
const samples = new Map(
  Object.keys(passes).map((title) => [title, new Map(names.map((name) => [name, [] as number[]]))]),
);
for (let assignment = 0; assignment < caches.length; assignment++) {
  const assigned = names.map((name, at) => ({ name, cache: caches[(at + assignment) % caches.length] as Cache }));
  const attached = assigned.flatMap(({ name, cache }) => {
    const options = monitors[name];
    return options === undefined ? [] : [createMonitor(cache, options)];
  });
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [title, run] of Object.entries(passes)) {
      for (const { name, cache } of assigned) {
        const began = threadTime();
        const found = await run(cache);
        const ns = ((threadTime() - began) * 1e3) / OPERATIONS;
        if (found !== OPERATIONS) throw new Error(`${OPERATIONS - found} lookups were no hits`);
        if (round >= 0) samples.get(title)?.get(name)?.push(ns);
      }
    }
  }
  for (const monitor of attached) await monitor.close();
}

const columns = ['without', 'monitored', 'difference', 'ratio', 'with top keys', 'difference'];
console.log(`\nNear hits, ns of processor time each, ${KEYS} keys, zipf 0.99, ${rounds} rounds for each assignment\n`);
console.log(`  ${''.padEnd(20)}${columns.map((title) => title.padStart(15)).join('')}`);
for (const [title, byMonitor] of samples) {
  const [without = [], monitored = [], withKeys = []] = names.map((name) => byMonitor.get(name));
  const difference = (times: readonly number[]): number =>
    meanOfMost(times.map((ns, at) => ns - (without[at] ?? Number.NaN)));
  const base = median(without);
  const cells = [base, base + difference(monitored), difference(monitored), 1 + difference(monitored) / base];
  const all = [...cells, base + difference(withKeys), difference(withKeys)];
  console.log(`  ${title.padEnd(20)}${all.map((cell, at) => cell.toFixed(at === 3 ? 2 : 1).padStart(15)).join('')}`);
}
console.log('\n  goal: a monitored near hit costs at most 30 ns more');
for (const cache of caches) await cache.close();

function meanOfMost(values: readonly number[]): number {
  const most = [...values].sort((one, other) => one - other).slice(values.length / 10, -values.length / 10);
  return most.reduce((sum, value) => sum + value, 0) / most.length;
}
