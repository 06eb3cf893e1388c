const assert = require('node:assert/strict');
const { createCache } = require('@uno-cache/core');
const { explain, productionDefaults, serverlessDefaults } = require('@uno-cache/presets');

createCache(productionDefaults({ redis: 'redis://127.0.0.1:1' })).close();
createCache(serverlessDefaults({ redis: { url: 'redis://127.0.0.1:1' } })).close();
assert.match(explain(serverlessDefaults()), /^maxStaleness +2s +preset/m);
