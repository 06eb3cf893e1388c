import assert from 'node:assert/strict';
import * as memory from '@uno-cache/memory';

assert.equal(typeof memory, 'object');
