const assert = require('node:assert/strict');
const { createCache } = require('@uno-cache/core');
const { redis, redisBus } = require('@uno-cache/redis');

assert.throws(() => redisBus({ channel: '*' }), TypeError);
createCache({ tiers: [redis({ keyPrefix: 'app:' })] }).close();
