import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { redis } from '../src/index.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

describe('redis({ sync: true })', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const open = ({ commandTimeout = '1s', bus = true }: Pick<RedisOptions, 'commandTimeout' | 'bus'> = {}) => {
    const tier = redis({ url: server.url, sync: true, commandTimeout, bus });
    const cache = createCache({ namespace: 'sync', tiers: [memory({ maxEntries: 1 }), tier] });
    cache.on('error', () => {});
    return cache;
  };

  it('answers with the values that the async view has, of every kind', async () => {
    await using cache = open();
    const values = [0, '', false, null, -0, 12n, new Date(5), new Map([[1, new Set(['a'])]]), Buffer.from('bytes')];
    for (const [index, value] of values.entries()) cache.sync.set(`k${index}`, value);
    for (const [index, value] of values.entries()) {
      expect(cache.sync.get(`k${index}`)).toEqual(value);
      expect(await cache.get(`k${index}`)).toEqual(value);
    }
    expect(Buffer.isBuffer(cache.sync.get('k8'))).toBe(true);
    await cache.set('from async', 1);
    await cache.set('another', 1);
    expect(cache.sync.get('from async')).toBe(1);
  });

  it('does what the async view does', async () => {
    await using cache = open({ bus: false });
    expect(cache.sync.getOrSet('loaded', () => 'once')).toBe('once');
    expect(cache.sync.getOrSet('loaded', () => 'twice')).toBe('once');
    cache.sync.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    expect([...cache.sync.getMany(['a', 'b', 'c'])]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(cache.sync.delete('a')).toBe(true);
    expect(await cache.get('a')).toBe(undefined);
    cache.sync.set('tagged', 1, { tags: ['t'] });
    cache.sync.invalidateTags(['t']);
    expect(cache.sync.get('tagged')).toBe(undefined);
    cache.sync.set('by:1', 1);
    cache.sync.invalidatePattern('by:*');
    expect(await server.admin.exists('sync::by:1')).toBe(0);
    cache.sync.clear();
    expect(await server.admin.keys('sync:*')).toEqual([]);
  });

  it('has the same deadline', async () => {
    await using cache = open({ commandTimeout: '200ms' });
    cache.sync.set('k', 1);
    cache.sync.set('other', 1);
    server.process.kill('SIGSTOP');
    const began = performance.now();
    expect(cache.sync.getOrSet('k', () => 'loaded')).toBe('loaded');
    expect(performance.now() - began).toBeLessThan(800);
    const again = performance.now();
    expect(cache.sync.getOrSet('k2', () => 'loaded')).toBe('loaded');
    expect(performance.now() - again).toBeLessThan(150);
    server.process.kill('SIGCONT');
  });

  it('errors have the causes that they have in the async view', async () => {
    await using cache = open({ bus: false });
    const tellings: string[] = [];
    cache.on('error', ({ error }) => {
      const cause = error.cause as Error;
      tellings.push(`${error.code} ${error.message}: ${cause.name} ${cause.message}`);
    });
    cache.sync.set('k', 1);
    await cache.get('k');
    await server.admin.config('SET', 'maxmemory', '1');
    cache.sync.set('k', 2);
    await cache.set('k', 2);
    await server.admin.config('SET', 'maxmemory', '0');
    expect(tellings[0]).toMatch(/^VALUE_TOO_LARGE .*out of memory.*: ReplyError OOM/);
    expect(tellings[1]).toBe(tellings[0]);
  });

  it('needs a place of its own, and options that can be sent', () => {
    const client = new Redis({ lazyConnect: true });
    expect(() => redis({ client, sync: true })).toThrow(/sync needs url, cluster or sentinel/);
    const natMap = () => null;
    const cluster = { nodes: [{ host: 'a', port: 1 }], options: { natMap } };
    expect(() => redis({ cluster, sync: true })).toThrow(/without functions/);
    expect(redis({ sync: false }).sync).toBe(undefined);
  });
});
