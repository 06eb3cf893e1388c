import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { eventBased, invalidator, patternBased, tagBased, timeBased } from '@uno-cache/invalidation';
import { memory } from '@uno-cache/memory';

const time = timeBased({ defaultTtl: '5m', ttlJitter: 0.1 });
const ttl = time.applyJitter(300);
assert.ok(ttl >= 270 && ttl <= 330);

const cache = createCache({ ...time.options, tiers: [memory()] });
const invalidation = invalidator(cache, [
  eventBased({ 'user.updated': ['user:{id}*'] }),
  patternBased({ post: ['post:{id}'] }),
  tagBased({ 'user.updated': ['user-{id}'] }),
]);
await cache.set('user:1', 1);
await cache.set('x', 1, { tags: ['user-1'] });
const { done } = await invalidation.emit('user.updated', { id: 1 });
assert.deepEqual(done, ['memory']);
assert.equal((await cache.getMany(['user:1', 'x'])).size, 0);
await cache.close();
