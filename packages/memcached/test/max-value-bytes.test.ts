import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { describe, it, onTestFinished } from 'vitest';
import { memcached } from '../src/index.ts';
import { startServer } from './start-server.ts';

describe('memcached() with maxValueBytes', () => {
  it('refuses what is larger, lets go of what stood there, and tells of it', async () => {
    const server = await startServer();
    onTestFinished(() => server.stop());
    await using cache = createCache({ tiers: [memcached({ servers: server.address, maxValueBytes: '10kb' })] });
    const errors: unknown[] = [];
    cache.on('error', ({ error, tier, key }) => errors.push([error.code, tier, key]));
    await cache.setMany({ small: 'x'.repeat(1_000), large: 'old' });
    await assert.rejects(cache.set('large', 'x'.repeat(50_000)), { code: 'VALUE_TOO_LARGE' });
    assert.equal(await cache.get('large'), undefined);
    assert.equal(await cache.getOrSet('loaded', () => 'x'.repeat(50_000)), 'x'.repeat(50_000));
    assert.equal(await cache.get('loaded'), undefined);
    assert.equal(await cache.get('small'), 'x'.repeat(1_000));
    assert.deepEqual(errors, [
      ['VALUE_TOO_LARGE', 'memcached', 'large'],
      ['VALUE_TOO_LARGE', 'memcached', 'loaded'],
    ]);
  });
});
