import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import {
  eventBased,
  hashRing,
  invalidator,
  outbox,
  patternBased,
  sharded,
  tagBased,
  timeBased,
} from '@uno-cache/invalidation';
import { memory } from '@uno-cache/memory';

const time = timeBased({ defaultTtl: '5m', ttlJitter: 0.1 });
const ttl = time.applyJitter(300);
assert.ok(ttl >= 270 && ttl <= 330);

const cache = createCache({ ...time.options, tiers: [sharded(hashRing(['a', 'b']), { a: memory(), b: memory() })] });
const invalidation = invalidator(cache, [
  eventBased({ 'user.updated': ['user:{id}*'] }),
  patternBased({ post: ['post:{id}'] }),
  tagBased({ 'user.updated': ['user-{id}'] }),
]);
await cache.set('user:1', 1);
await cache.set('x', 1, { tags: ['user-1'] });
const { done } = await invalidation.emit('user.updated', { id: 1 });
assert.deepEqual(done, ['sharded']);
assert.equal((await cache.getMany(['user:1', 'x'])).size, 0);

const { DatabaseSync } = await import('node:sqlite');
const box = outbox(new DatabaseSync(':memory:'));
box.migrate();
box.write('user.updated', { id: 1 });
const relay = box.relay(invalidation);
assert.equal(await relay.drain(), 1);
await relay.close();
await cache.close();
