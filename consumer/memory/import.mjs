import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';

const cache = createCache({ tiers: [memory({ maxEntries: 100 })], ttl: '1m' });
assert.equal(await cache.getOrSet('a', async () => 1, { tags: ['t'] }), 1);
assert.equal(await cache.get('a'), 1);
assert.deepEqual(await cache.invalidateTags(['t']), { done: ['memory'], deferred: [] });
assert.equal(cache.sync.get('a'), undefined);
await cache.close();
