const assert = require('node:assert/strict');
const serializers = require('@uno-cache/serializers');

assert.equal(typeof serializers, 'object');
