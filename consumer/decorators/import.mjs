import assert from 'node:assert/strict';
import { createCache, getCache, setDefaultCache } from '@uno-cache/core';
import { cached, cachedMany, cachedSync, cachePut, invalidates } from '@uno-cache/decorators';
import { memory } from '@uno-cache/memory';

setDefaultCache(createCache({ tiers: [memory()] }));
let runs = 0;
const load = cached({ ttl: '1m' })(async function load(id) {
  return `${id} ${++runs}`;
});
assert.deepEqual(await Promise.all([load(1), load(1), load(2)]), ['1 1', '1 1', '2 2']);
assert.equal(load.key(1), 'load:1');
assert.equal(await invalidates({ keys: ['load:{0}'] })(async (id) => id)(1), 1);
assert.equal(await load.peek(1), undefined);
await cachePut({ name: 'load' })(async () => 'put')(1);
assert.equal(await load(1), 'put');
assert.equal(cachedSync({ key: 'n' })(() => 1)(), 1);
const many = cachedMany({ key: 'many:{0}', load: (ids) => ids.map((id) => id * 2) });
assert.deepEqual(await Promise.all([many(1), many(2)]), [2, 4]);
await getCache().close();
