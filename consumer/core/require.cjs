const assert = require('node:assert/strict');
const core = require('@uno-cache/core');

assert.equal(typeof core, 'object');
