const assert = require('node:assert/strict');
const { createCache } = require('@uno-cache/core');
const { memory } = require('@uno-cache/memory');

const cache = createCache({ tiers: [memory()] });
cache.sync.set('a', 1);
assert.equal(cache.sync.get('a'), 1);
cache.close();
