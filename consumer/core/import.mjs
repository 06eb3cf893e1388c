import assert from 'node:assert/strict';
import { CacheError, createCache, getCache, taggedJson } from '@uno-cache/core';
import { compileGlob, durationMs } from '@uno-cache/core/adapter';
import { manualClock } from '@uno-cache/core/testing';

assert.throws(() => createCache({ tiers: [] }), TypeError);
assert.throws(
  () => getCache(),
  (error) => CacheError.is(error, 'NO_DEFAULT_CACHE'),
);
assert.deepEqual(taggedJson.decode(taggedJson.encode(new Map([[1, 2n]]), 'key'), 'key'), new Map([[1, 2n]]));
assert.equal(durationMs('1.5h', 'ttl'), 5_400_000);
assert.equal(compileGlob('user:*')('user:1'), true);
assert.equal(manualClock(5).now(), 5);
