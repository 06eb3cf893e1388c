import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { redis } from '@uno-cache/redis';

// Nothing listens there: the factory answers.
const cache = createCache({ tiers: [redis({ url: 'redis://127.0.0.1:1', commandTimeout: '100ms' })] });
assert.equal(await cache.getOrSet('a', async () => 1), 1);
await cache.close();
assert.throws(() => redis({ url: 'http://localhost' }), TypeError);
