import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { versionKey } from '@uno-cache/core/adapter';
import { memory } from '@uno-cache/memory';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

  describe('to a server that has what a replica had', () => {
    const namespace = 'lagging';
    let replica: Server;
    beforeEach(async () => {
      replica = await startServer();
      await server.admin.flushall();
      proxy.lead(server.port);
    });
    afterEach(async () => {
      proxy.heard = undefined;
      await replica.stop();
    });

    function open(): Cache {
      const cache = createCache({ namespace, tiers: [redis({ url: proxy.url, bus: false })] });
      cache.on('error', () => {});
      return cache;
    }

    /** What another process set a while ago, and what it set last has been copied as well. */
    async function stored(...keys: readonly string[]): Promise<void> {
      await using other = createCache({ namespace, tiers: [redis({ url: server.url, bus: false })] });
      for (const key of keys) await other.set(key, 'old');
      for (const key of keys) {
        const name = `${namespace}::${key}`;
        await replica.admin.set(name, (await server.admin.getBuffer(name))!);
      }
    }

    const isThere = async (key: string): Promise<boolean> => (await replica.admin.exists(`${namespace}::${key}`)) === 1;
    const isGone = async (key: string): Promise<boolean> => !(await isThere(key));

    it('what was changed is made again, and what was touched or left alone stays', async () => {
      await stored('deleted', 'touched', 'kept');
      await using cache = open();
      await cache.delete('deleted');
      expect(await cache.touch('touched', '1d')).toBe(true);
      proxy.lead(replica.port);
      await eventually(() => isGone('deleted'));
      expect(await cache.get('deleted')).toBe(undefined);
      expect(await isThere('touched')).toBe(true);
      expect(await cache.get('kept')).toBe('old');
    }, 20_000);

    it('tags get new versions: those of the last seconds may have been invalidated by another process since', async () => {
      await using cache = open();
      await cache.invalidateTags(['t']);
      const name = versionKey({ namespace, region: '' }, 't');
      await using other = createCache({ namespace, tiers: [redis({ url: server.url, bus: false })] });
      await other.set('k', 'old', { tags: ['t'] });
      await other.invalidateTags(['t']);
      for (const each of [`${namespace}::k`, name]) {
        await replica.admin.set(each, (await server.admin.getBuffer(each))!);
      }
      const copied = await replica.admin.get(name);
      proxy.lead(replica.port);
      await eventually(async () => (await replica.admin.get(name)) !== copied);
      expect(await cache.get('k')).toBe(undefined);
    }, 20_000);

    it('when the new connection breaks as well, it is tried again', async () => {
      await stored('k');
      await using cache = open();
      await cache.delete('k');
      let cuts = 0;
      proxy.heard = (text) => !/evalsha/.test(text) || ++cuts > 3;
      proxy.lead(replica.port);
      await eventually(() => isGone('k'));
      expect(cuts).toBeGreaterThan(3);
    }, 20_000);

    it('when the new connection falls silent, it is tried again', async () => {
      await stored('k');
      await using cache = open();
      await cache.delete('k');
      let silenced = 0;
      proxy.heard = (text) => {
        if (/evalsha/.test(text) && silenced === 0) silenced = proxy.silence(/evalsha/);
        return true;
      };
      proxy.lead(replica.port);
      await eventually(() => isGone('k'));
      expect(silenced).toBe(1);
    }, 20_000);

    it('when more was changed than is remembered, everything counts as changed', async () => {
      await stored('k', 'other');
      await using cache = open();
      await cache.delete('k');
      await cache.deleteMany(Array.from({ length: 50_000 }, (_, index) => `gone${index}`));
      proxy.lead(replica.port);
      await eventually(async () => (await isGone('k')) && (await isGone('other')));
    }, 20_000);

    it('a server that may not say who it is counts as another one', async () => {
      await stored('k');
      for (const { admin } of [server, replica]) await admin.call('acl', 'setuser', 'default', '-info');
      await using cache = open();
      await cache.delete('k');
      proxy.lead(replica.port);
      await eventually(() => isGone('k'));
      await server.admin.call('acl', 'setuser', 'default', '+info');
    }, 20_000);

    it('a pattern whose SCAN began on one server is not done on the next', async () => {
      const names = Array.from({ length: 8_000 }, (_, index) => `${namespace}::u:${index}`);
      for (const { admin } of [server, replica]) await admin.mset(names.flatMap((name) => [name, 'old']));
      // As an application has it: ioredis sends again what was not answered.
      const client = new Redis(proxy.url);
      try {
        await using cache = createCache({ namespace, tiers: [redis({ client, bus: false })] });
        cache.on('error', () => {});
        await cache.set('connected', 1);
        let scans = 0;
        proxy.heard = (text) => {
          if (!/scan/i.test(text) || ++scans !== 3) return true;
          proxy.lead(replica.port);
          return false;
        };
        expect((await cache.invalidatePattern('u:*')).deferred).toEqual(['redis']);
        await eventually(async () => (await replica.admin.exists(...names)) === 0);
        expect(scans).toBeGreaterThan(3);
      } finally {
        client.disconnect();
      }
    }, 20_000);
  });
});
