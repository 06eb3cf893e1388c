const assert = require('node:assert/strict');
const { CacheError, createCache } = require('@uno-cache/core');
const { durationMs } = require('@uno-cache/core/adapter');
const { localBus, manualClock } = require('@uno-cache/core/testing');

assert.throws(() => createCache({ tiers: [] }), TypeError);
assert.equal(new CacheError('CLOSED', 'closed').code, 'CLOSED');
assert.equal(durationMs('250ms', 'ttl'), 250);
assert.equal(typeof localBus().join, 'function');
assert.equal(manualClock(5).now(), 5);
