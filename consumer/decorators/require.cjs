const assert = require('node:assert/strict');
const { cacheAside, cacheKey, hashArguments } = require('@uno-cache/decorators');

const map = new Map();
const load = cacheAside({ get: (key) => map.get(key), save: (key, value) => map.set(key, value) })(
  async function load(id) {
    return id;
  },
);
load({ [cacheKey]: () => 7 }).then(() => {
  assert.deepEqual([...map.keys()], ['load:Object<7>']);
  assert.equal(hashArguments(['a', 'b']), '"a","b"');
});
