import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { describe, it, onTestFinished } from 'vitest';
import { memcached } from '../src/index.ts';
import { startServer } from './start-server.ts';

describe('usage()', () => {
  it('adds up how full the servers are', async () => {
    const servers = await Promise.all([startServer(), startServer()]);
    onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))));
    const tier = memcached({ servers: servers.map(({ address }) => address) });
    await using cache = createCache({ tiers: [tier] });
    await cache.setMany({ a: 'x'.repeat(100_000), b: 1 });
    const { entries, bytes, maxBytes } = await tier.usage!();
    // With what the tier keeps for itself.
    assert.ok(entries! >= 2 && entries! < 12, String(entries));
    assert.ok(bytes! > 100_000 && bytes! < 200_000, String(bytes));
    assert.equal(maxBytes, 2 * 64 * 1024 * 1024);
    // Statistics are not taken for items.
    assert.equal(await cache.get('b'), 1);
  });
});
