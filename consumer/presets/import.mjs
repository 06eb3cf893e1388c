import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { developmentDefaults, explain, fromEnv, productionDefaults, testDefaults } from '@uno-cache/presets';

for (const options of [developmentDefaults(), testDefaults(), fromEnv({ UNO_CACHE_TTL: '5m' })]) {
  const cache = createCache(options);
  assert.equal(await cache.getOrSet('a', () => 1), 1);
  await cache.close();
}

// Nothing listens there: the factory answers.
const options = productionDefaults({ name: 'shop', redis: 'redis://:secret@127.0.0.1:1', monitoring: { port: 0 } });
assert.match(explain(options), /^redis\.url +redis:\/\/\*\*\*@127\.0\.0\.1:1 +override$/m);
const cache = createCache(options);
assert.equal(await cache.getOrSet('a', async () => 1), 1);
await cache.close();
assert.throws(() => fromEnv({ UNO_CACHE_TTL: 'soon' }), TypeError);
