import assert from 'node:assert/strict';
import * as serializers from '@uno-cache/serializers';

assert.equal(typeof serializers, 'object');
