const assert = require('node:assert/strict');
const { eventBased } = require('@uno-cache/invalidation');

const strategy = eventBased({ 'user.updated': ['user:{id}*'] });
assert.deepEqual(strategy.handleEvent('user.updated', { id: '*' }), ['user:\\**']);
