import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

describe('a tier that outlives its caches', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('keeps nothing of them in memory once they are closed', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const tier = redis({ url: server.url, tracking: true });
    await using stays = createCache({ namespace: 'stays', tiers: [tier] });
    await stays.set('kept', 1);
    const nearTiers: WeakRef<object>[] = [];
    const open = async (namespace: string): Promise<void> => {
      const near = memory();
      nearTiers.push(new WeakRef(near));
      const cache = createCache({ namespace, tiers: [near, tier], regions: { part: { ttl: '1m' } } });
      await cache.set('k', 1);
      await cache.region('part').set('k', 1);
      await cache.delete('k');
      await cache.close();
    };
    for (const namespace of ['a', 'a', 'b', 'stays']) await open(namespace);
    await eventually(async () => {
      collect();
      return nearTiers.every((near) => near.deref() === undefined);
    });
    expect(await stays.get('kept')).toBe(1);
  }, 20_000);
});
