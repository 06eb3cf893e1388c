/*
 * The near hit: what a `get` and a `getOrSet` cost that the first tier answers, against a bare lru-cache with a TTL and
 * against other caches of its kind. 50,000 string keys, zipf access, every lookup a hit.
 *
 *   npx -y pnpm@12.21.0 bench near-hit
 */
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable } from 'cacheable';
import { LRUCache } from 'lru-cache';
import type { Contender } from '../rounds.ts';
import { printTimings, timeInRounds } from '../rounds.ts';
import { zipfRanks } from '../zipf.ts';

const KEYS = 50_000;
const OPERATIONS = 100_000;
const ROUNDS = 21;
const TTL_MS = 3_600_000;

const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}:profile`);
const order = Array.from(zipfRanks(KEYS, 0.99, OPERATIONS, 1), (rank) => keys[rank] as string);
const profileOf = (key: string): object => ({ id: key, name: 'Ada' });

const lru = new LRUCache<string, object>({ max: KEYS * 2, ttl: TTL_MS });
const map = new Map<string, object>();
const uno = createCache({ tiers: [memory({ maxEntries: KEYS * 2 })], ttl: '1h' });
const bento = new BentoCache({
  default: 'memory',
  ttl: TTL_MS,
  stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: KEYS * 2 })) },
});
const cacheable = new Cacheable({ ttl: TTL_MS });
for (const key of keys) {
  lru.set(key, profileOf(key));
  map.set(key, profileOf(key));
  await uno.set(key, profileOf(key));
  await bento.set({ key, value: profileOf(key) });
  await cacheable.set(key, profileOf(key));
}

let found = 0;

/** One pass over the accesses, or over a part of it for what is slow. */
function contender(name: string, get: (key: string) => unknown, operations: number = OPERATIONS): Contender {
  const sample = order.slice(0, operations);
  return {
    name,
    operations,
    async run() {
      for (const key of sample) if ((await get(key)) !== undefined) found++;
    },
  };
}

function syncContender(name: string, get: (key: string) => unknown): Contender {
  return {
    name,
    operations: OPERATIONS,
    run() {
      for (const key of order) if (get(key) !== undefined) found++;
    },
  };
}

const timings = await timeInRounds(
  [
    syncContender('lru-cache get', (key) => lru.get(key)),
    syncContender('uno sync.get', (key) => uno.sync.get(key)),
    contender('await Map get', (key) => Promise.resolve(map.get(key))),
    contender('await uno get', (key) => uno.get(key)),
    contender('await uno getOrSet', (key) => uno.getOrSet(key, () => profileOf(key))),
    contender('await bento get', (key) => bento.get({ key }), OPERATIONS / 20),
    contender('await bento getOrSet', (key) => bento.getOrSet({ key, factory: () => profileOf(key) }), OPERATIONS / 20),
    contender('await cacheable get', (key) => cacheable.get(key), OPERATIONS / 20),
    contender(
      'await cacheable getOrSet',
      (key) => cacheable.getOrSet(key, async () => profileOf(key)),
      OPERATIONS / 20,
    ),
  ],
  ROUNDS,
);
printTimings(`Near hit, ${KEYS} keys, zipf 0.99, median of ${ROUNDS} rounds (${found} hits)`, timings, 'lru-cache get');
const ns = (name: string): number => timings.find((timing) => timing.name === name)?.ns ?? NaN;
console.log(`
  await uno get is ${(ns('await uno get') / ns('lru-cache get')).toFixed(2)} × the time of lru-cache's get (goal: under 2.5)
  bento get ${(ns('await bento get') / ns('await uno get')).toFixed(1)} ×, getOrSet ${(ns('await bento getOrSet') / ns('await uno getOrSet')).toFixed(1)} × slower (goal: at least 4)
  cacheable get ${(ns('await cacheable get') / ns('await uno get')).toFixed(1)} ×, getOrSet ${(ns('await cacheable getOrSet') / ns('await uno getOrSet')).toFixed(1)} × slower (goal: at least 10)`);
await uno.close();
await bento.disconnectAll();
await cacheable.disconnect();
