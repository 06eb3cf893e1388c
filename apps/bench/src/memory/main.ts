/*
 * The store beneath the memory tier against lru-cache: hits, a mixed load, and the heap that an entry takes. 50,000
 * string keys, zipf access. And the longest synchronous slices with a million entries.
 *
 *   npx -y pnpm@12.21.0 bench memory
 *
 * lru-cache and MemoryCache read the clock once a millisecond unless told otherwise (`ttlResolution`); for what
 * ends within 10 s MemoryCache always does. Both are timed both ways (exact): compare what promises the same.
 */
import type { Entry, TierHost } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { MemoryCache, memory } from '@uno-cache/memory';
import { LRUCache } from 'lru-cache';
import type { Contender } from '../rounds.ts';
import { printTimings, timeInRounds } from '../rounds.ts';
import { zipfRanks } from '../zipf.ts';
import { printHeap } from './heap.ts';
import { printSlices } from './slices.ts';

const KEYS = 50_000;
/** Of the mixed load: a fifth of the keys fit. */
const ROOM = 10_000;
const OPERATIONS = 100_000;
const ROUNDS = 31;
const TTL_MS = 3_600_000;

const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}:profile`);
const order = Array.from(zipfRanks(KEYS, 0.99, OPERATIONS, 1), (rank) => keys[rank] as string);
const values = new Map(keys.map((key) => [key, { id: key, name: 'Ada' }]));

interface Cache {
  get(key: string): unknown;
  set(key: string, value: object): unknown;
}

let found = 0;

function hits(name: string, cache: Cache): Contender {
  for (const key of keys) cache.set(key, values.get(key) as object);
  return {
    name,
    operations: OPERATIONS,
    run() {
      for (const key of order) if (cache.get(key) !== undefined) found++;
    },
  };
}

function mixed(name: string, cache: Cache): Contender {
  return {
    name,
    operations: OPERATIONS,
    run() {
      for (const key of order) {
        if (cache.get(key) !== undefined) found++;
        else cache.set(key, values.get(key) as object);
      }
    },
  };
}

/** The tier as the engine uses it: the time is given with the call. */
function tier(maxEntries: number): Cache {
  const host: TierHost = { clock: systemClock, sender: 'bench', announce: false, report() {} };
  const keyspace = memory({ maxEntries }).sync?.open({ namespace: 'bench', region: '' }, host);
  if (keyspace === undefined) throw new Error('no sync view');
  const shape = { negative: false, staleMs: 0, usableMs: 0, version: 0, cost: 0, slidingMs: 0, tags: undefined };
  const now = Date.now();
  const times = { createdAt: now, freshUntil: now + TTL_MS, slidesUntil: Infinity, checkedAt: now };
  return {
    get: (key) => keyspace.get(key, now),
    set: (key, value) => keyspace.set(key, { value, ...shape, ...times } as Entry, now),
  };
}

function all(make: (name: string, cache: Cache) => Contender, room: number): Contender[] {
  const uno = (options: object): Cache => new MemoryCache<string, object>({ maxEntries: room, ...options });
  return [
    make('lru-cache', new LRUCache<string, object>({ max: room, ttl: TTL_MS })),
    make('lru-cache, exact', new LRUCache<string, object>({ max: room, ttl: TTL_MS, ttlResolution: 0 })),
    make('lru-cache, no ttl', new LRUCache<string, object>({ max: room })),
    make('MemoryCache', uno({ ttl: '1h' })),
    make('MemoryCache, exact', uno({ ttl: '1h', ttlResolution: 0 })),
    make('MemoryCache, no ttl', uno({})),
    make('MemoryCache s3-fifo', uno({ ttl: '1h', policy: 's3-fifo' })),
    make('MemoryCache lru', uno({ ttl: '1h', policy: 'lru' })),
    make('keyspace of memory()', tier(room)),
  ];
}

printTimings('Hit', await timeInRounds(all(hits, KEYS), ROUNDS), 'lru-cache');
printTimings(`Get or set, room for ${ROOM}`, await timeInRounds(all(mixed, ROOM), ROUNDS), 'lru-cache');
console.log(`\n  (${found} hits; medians of ${ROUNDS} rounds)`);
printHeap(KEYS);
await printSlices(1_000_000);
