const assert = require('node:assert/strict');
const { createCache } = require('@uno-cache/core');
const { memory } = require('@uno-cache/memory');
const { createMonitor } = require('@uno-cache/monitoring');

const cache = createCache({ tiers: [memory()] });
const monitor = createMonitor(cache);
assert.equal(monitor.getStats().hitRate.overall, 0);
void cache.close();
