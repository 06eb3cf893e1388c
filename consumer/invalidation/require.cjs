const assert = require('node:assert/strict');
const { eventBased, hashRing } = require('@uno-cache/invalidation');

const strategy = eventBased({ 'user.updated': ['user:{id}*'] });
assert.deepEqual(strategy.handleEvent('user.updated', { id: '*' }), ['user:\\**']);
assert.equal(hashRing(['a', 'b']).range('k').length, 2);
