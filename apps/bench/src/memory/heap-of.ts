/*
 * Prints how many bytes of heap and buffers a cache takes for each entry, beside its key and value.
 *
 *   node --conditions=@uno-cache/source --expose-gc src/memory/heap-of.ts <contender> <entries>
 */
import type { Entry } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { MemoryCache, memory } from '@uno-cache/memory';
import { LRUCache } from 'lru-cache';

const [, , contender, count] = process.argv;
const entries = Number(count);
const keys = Array.from({ length: entries }, (_, index) => `user:${index}:profile`);
for (const key of keys) Symbol.for(key);

function fill(): unknown {
  if (contender === 'lru-cache') {
    const cache = new LRUCache<string, number>({ max: entries, ttl: 3_600_000 });
    for (const [index, key] of keys.entries()) cache.set(key, index);
    return cache;
  }
  if (contender === 'MemoryCache') {
    const cache = new MemoryCache<string, number>({ maxEntries: entries, ttl: '1h' });
    for (const [index, key] of keys.entries()) cache.set(key, index);
    return cache;
  }
  const host = { clock: systemClock, sender: 'bench', announce: false, report() {} };
  const keyspace = memory({ maxEntries: entries }).open({ namespace: 'bench', region: '' }, host);
  const now = Date.now();
  const shape = { negative: false, staleMs: 0, usableMs: 0, version: 0, cost: 0, slidingMs: 0, tags: undefined };
  const times = { createdAt: now, freshUntil: now + 3_600_000, slidesUntil: Infinity, checkedAt: now };
  for (const [index, key] of keys.entries()) void keyspace.set(key, { value: index, ...shape, ...times } as Entry, now);
  return keyspace;
}

function used(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const before = used();
const kept = fill();
const after = used();
console.log((after - before) / entries);
if (kept === keys) console.log(keys.length);
