import type { Bus } from '@uno-cache/core';
import { busSuite } from '@uno-cache/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { redisBus } from '../src/index.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import { startProxy } from './tcp-proxy.ts';

describe.each([
  ['redisBus()', false],
  ['redisBus({ tracking: true })', true],
])('%s', (_name, tracking) => {
  let server: Server;
  const proxies = new Map<Bus, TcpProxy>();

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  busSuite(
    { describe, it },
    {
      create: async ({ namespace }) => {
        const proxy = await startProxy(server.port);
        const bus = redisBus({ url: proxy.url, channel: namespace.slice(0, 40), tracking });
        proxies.set(bus, proxy);
        return bus;
      },
      interrupt: async (bus, meanwhile) => {
        proxies.get(bus)!.cut();
        await meanwhile();
        await proxies.get(bus)!.restore();
      },
      cleanUp: async () => {
        await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
        proxies.clear();
      },
    },
  );
});
