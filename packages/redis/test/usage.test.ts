import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { describe, it, onTestFinished } from 'vitest';
import { redis } from '../src/index.ts';
import { startServer } from './start-server.ts';

describe('usage()', () => {
  it('tells how full the server is, and its bound when it has one', async () => {
    const server = await startServer();
    onTestFinished(() => server.stop());
    const tier = redis({ url: server.url });
    await using cache = createCache({ tiers: [tier] });
    await cache.setMany({ a: 'x'.repeat(100_000), b: 1 });
    const { entries, bytes, ...bounds } = await tier.usage!();
    // A stream is there as well.
    assert.ok(entries! >= 2 && entries! <= 4, String(entries));
    assert.ok(bytes! > 100_000, String(bytes));
    assert.deepEqual(bounds, {});
    await server.admin.config('SET', 'maxmemory', '64mb');
    assert.equal((await tier.usage!()).maxBytes, 64 * 1024 * 1024);
    await server.kill();
    await assert.rejects(async () => tier.usage!());
  });
});
