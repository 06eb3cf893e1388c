import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { memcached } from '@uno-cache/memcached';

// Nothing listens there: the factory answers.
const cache = createCache({ tiers: [memcached({ servers: '127.0.0.1:1', commandTimeout: '100ms' })] });
assert.equal(await cache.getOrSet('a', async () => 1), 1);
await cache.close();
assert.throws(() => memcached({ servers: [] }), TypeError);
