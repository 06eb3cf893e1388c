import assert from 'node:assert/strict';
import * as core from '@uno-cache/core';

assert.equal(typeof core, 'object');
