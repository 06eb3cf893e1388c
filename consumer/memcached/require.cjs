const assert = require('node:assert/strict');
const { createCache } = require('@uno-cache/core');
const { memcached } = require('@uno-cache/memcached');

assert.throws(() => memcached({ servers: { a: -1 } }), TypeError);
createCache({ tiers: [memcached({ servers: 'localhost', keyPrefix: 'app:' })] }).close();
