const assert = require('node:assert/strict');
const memory = require('@uno-cache/memory');

assert.equal(typeof memory, 'object');
