import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import { startProxy } from './tcp-proxy.ts';

describe('a failover that undoes what was confirmed', () => {
  let server: Server;
  let proxy: TcpProxy;
  beforeAll(async () => {
    server = await startServer();
    proxy = await startProxy(server.port);
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });

  it('the changes of the last seconds are made again, and near tiers elsewhere are told', async () => {
    const open = () =>
      createCache({ namespace: 'undone', tiers: [memory(), redis({ url: proxy.url, commandTimeout: '300ms' })] });
    await using writer = open();
    await using reader = open();
    for (const cache of [writer, reader]) cache.on('error', () => {});
    const tags = ['t'];
    await writer.set('set', 'old');
    await writer.set('deleted', 'old');
    await writer.set('tagged', 'old', { tags });
    await writer.set('by:pattern', 'old');
    await writer.set('kept', 'old');
    // What a replica had copied by then.
    const names = await server.admin.keys('undone*');
    const copies = await Promise.all(names.map(async (name) => [name, await server.admin.getBuffer(name)] as const));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writer.set('set', 'new');
    await writer.delete('deleted');
    await writer.invalidateTags(tags);
    await writer.invalidatePattern('by:*');
    proxy.cut();
    await server.restart();
    for (const [name, bytes] of copies) await server.admin.set(name, bytes!);
    await proxy.restore();
    await eventually(async () => {
      const found = await reader.getMany(['set', 'deleted', 'tagged', 'by:pattern']);
      return [...found.values()].every((value) => value === 'new');
    }, 5_000);
    const left = await server.admin.exists('undone::set', 'undone::deleted', 'undone::by:pattern');
    expect(left).toBe(0);
  }, 20_000);
});
