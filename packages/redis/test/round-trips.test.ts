import { createCache } from '@uno-cache/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

/** What clients have sent since the last look, without what the tests and the bus send. */
async function commands(admin: Redis): Promise<Record<string, number>> {
  const text = await admin.info('commandstats');
  const counts: Record<string, number> = {};
  for (const [, name, count] of text.matchAll(/^cmdstat_(mget|evalsha|eval|get|set|unlink|scan):calls=(\d+)/gm)) {
    counts[name!] = Number(count);
  }
  await admin.config('RESETSTAT');
  return counts;
}

describe('round trips', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('a hit 1, a set 1, a delete 1, a miss that is loaded 3, many reads of one turn 1', async () => {
    const client = new Redis(server.port);
    await using cache = createCache({ namespace: 'trips', tiers: [redis({ client, bus: false })] });
    await cache.set('k', 1);
    await cache.getOrSet('warm', () => 1);
    await cache.delete('warm');
    await commands(server.admin);

    await cache.get('k');
    expect(await commands(server.admin)).toEqual({ mget: 1 });
    await cache.set('k', 2);
    expect(await commands(server.admin)).toMatchObject({ evalsha: 1 });
    await cache.delete('k');
    expect(await commands(server.admin)).toMatchObject({ evalsha: 1 });
    await cache.getOrSet('k', () => 3);
    // One MGET, and two scripts: the lease and the fill.
    const { mget, evalsha } = await commands(server.admin);
    expect([mget, evalsha]).toEqual([1, 2]);
    await Promise.all(Array.from({ length: 100 }, (_, index) => cache.get(`k${index}`)));
    expect(await commands(server.admin)).toEqual({ mget: 1 });
    await cache.getMany(Array.from({ length: 1_000 }, (_, index) => `k${index}`));
    expect(await commands(server.admin)).toEqual({ mget: 1 });
    client.disconnect();
  });

  it('a client that was given is not closed, and its cache is', async () => {
    const client = new Redis(server.port);
    const cache = createCache({ namespace: 'given', tiers: [redis({ client })] });
    await cache.set('k', 1);
    await cache.close();
    expect(client.status).toBe('ready');
    expect(await client.exists('given::k')).toBe(1);
    await expect(cache.get('k')).rejects.toThrow(/closed/);
    client.disconnect();
  });

  it('a closed cache leaves no connection behind', async () => {
    const before = String(await server.admin.client('LIST')).split('\n').length;
    const cache = createCache({ namespace: 'leak', tiers: [redis({ url: server.url })] });
    await cache.set('k', 1);
    await cache.close();
    await expect
      .poll(async () => String(await server.admin.client('LIST')).split('\n').length)
      .toBeLessThanOrEqual(before);
  });
});
