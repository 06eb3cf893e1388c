import type { Bus } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { busSuite } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisBus } from '../src/bus/redis-bus.ts';
import { redis, redisBus } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import { startProxy } from './tcp-proxy.ts';

describe('the stream of a channel and a namespace', () => {
  const client = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
  afterAll(() => client.disconnect());

  it.each([
    ['one server', {}],
    ['a cluster', { client }],
  ])('is a name of its own: %s', (_name, where) => {
    const pairs = [
      ['a:b', 'c'],
      ['a', 'b:c'],
      ['a}', 'b'],
      ['a', '}b'],
      ['a', 'b'],
      ['a', ':b'],
      ['a%3A', 'b'],
      ['a}:x', 'b'],
      ['a', 'x}:b'],
    ] as const;
    const streams = pairs.map(([channel, namespace]) =>
      (redisBus({ ...where, channel }) as RedisBus).streamOf(namespace),
    );
    expect(new Set(streams).size).toBe(pairs.length);
  });
});

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

describe('a message that cannot be read', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it.each([
    '{"kind":"delete","keys":["k"',
    'null',
    '{"kind":"delete","sender":"x","region":"","at":0}',
    '{"kind":"of-a-later-version","sender":"x","region":"","at":0,"keys":["k"]}',
  ])('is a gap, and those behind it are delivered: %s', async (unreadable) => {
    const open = () => createCache({ namespace: 'unreadable', tiers: [memory(), redis({ url: server.url })] });
    await using here = open();
    await using there = open();
    await here.set('k', 'old');
    await eventually(async () => (await there.get('k')) === 'old' && (await there.getEntry('k'))?.tier === 'memory');
    const gap = new Promise<string>((resolve) => there.on('bus-gap', ({ reason }) => resolve(reason)));
    await server.admin.xadd('%bus{bus}:unreadable', '*', 'm', unreadable);
    expect(await gap).toBe('a message could not be read');
    await eventually(async () => (await there.get('k')) === 'old' && (await there.getEntry('k'))?.tier === 'memory');
    await here.set('k', 'new');
    await eventually(async () => (await there.get('k')) === 'new');
  });
});
