import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { redis } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

/** `conformance.test.ts` has the commands; this is what goes on beside them. */
describe("redis() on an application's own client", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const connect = (options: object = {}): Redis => {
    const client = new Redis(server.url, options);
    onTestFinished(() => client.disconnect());
    return client;
  };

  it.each([{ enableAutoPipelining: true }, { stringNumbers: true }, { protocol: 2 }, { replyMapping: 'resp3' }])(
    'near tiers follow, and waiters are woken: %o',
    async (options) => {
      const namespace = JSON.stringify(options);
      const open = () => createCache({ namespace, tiers: [memory(), redis({ client: connect(options) })] });
      await using here = open();
      await using there = open();
      await here.set('k', 'old');
      await eventually(async () => (await there.get('k')) === 'old' && (await there.getEntry('k'))?.tier === 'memory');
      await here.set('k', 'new');
      await eventually(async () => (await there.get('k')) === 'new');
      const { promise: row, resolve } = Promise.withResolvers<string>();
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const loading = here.getOrSet('loaded', () => {
        begin();
        return row;
      });
      await begun;
      const waiting = there.getOrSet('loaded', () => 'twice');
      resolve('once');
      expect(await Promise.all([loading, waiting])).toEqual(['once', 'once']);
      expect(await there.delete('loaded')).toBe(true);
    },
  );

  it('many tiers may share it: no leak is warned of, and nothing of them stays', async () => {
    const client = connect();
    await client.ping();
    const before = listenersOf(client);
    const mostBefore = client.getMaxListeners();
    const caches = Array.from({ length: 12 }, (_, index) =>
      createCache({ namespace: `shared-${index}`, tiers: [redis({ client })] }),
    );
    for (const cache of caches) await cache.set('k', 1);
    expect(Math.max(...Object.values(listenersOf(client)))).toBeLessThanOrEqual(client.getMaxListeners());
    for (const cache of caches) await cache.close();
    expect(listenersOf(client)).toEqual(before);
    expect(client.getMaxListeners()).toBe(mostBefore);
    expect(await client.ping()).toBe('PONG');
  });
});

function listenersOf(client: Redis): Record<string, number> {
  return Object.fromEntries(client.eventNames().map((event) => [String(event), client.listenerCount(event)]));
}
