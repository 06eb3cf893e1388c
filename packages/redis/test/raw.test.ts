import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

describe("redis({ format: 'raw' })", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const open = () => createCache({ namespace: 'raw', tiers: [redis({ url: server.url, format: 'raw' })] });

  it('other programs read what is set, with its end', async () => {
    await using cache = open();
    await cache.set('k', { a: [1, 'two'] }, { ttl: '10s' });
    expect(JSON.parse((await server.admin.get('raw::k'))!)).toEqual({ a: [1, 'two'] });
    const left = await server.admin.pttl('raw::k');
    expect(left).toBeGreaterThan(9_000);
    expect(left).toBeLessThanOrEqual(10_000);
  });

  it('what other programs set is read, and its end is kept by near tiers', async () => {
    await using cache = createCache({
      namespace: 'raw',
      tiers: [memory(), redis({ url: server.url, format: 'raw' })],
    });
    await server.admin.set('raw::theirs', '{"b":2}', 'PX', 300);
    expect(await cache.get('theirs')).toEqual({ b: 2 });
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(await cache.get('theirs')).toBe(undefined);
  });

  it('reads, writes, patterns and lists as the other format does', async () => {
    await using cache = open();
    expect(await cache.getOrSet('loaded', () => 1)).toBe(1);
    expect(await cache.getOrSet('loaded', () => 2)).toBe(1);
    await cache.setMany([
      ['u:1', 1],
      ['u:2', 2],
    ]);
    expect([...(await cache.getMany(['u:1', 'u:2', 'u:3']))]).toEqual([
      ['u:1', 1],
      ['u:2', 2],
    ]);
    expect(await cache.touch('u:1', '1h')).toBe(true);
    expect(await server.admin.pttl('raw::u:1')).toBeGreaterThan(3_500_000);
    expect(await cache.delete('u:1')).toBe(true);
    expect(await cache.delete('u:1')).toBe(false);
    expect(await cache.expire('u:2')).toBe(true);
    await cache.set('u:4', 4);
    await cache.invalidatePattern('u:*');
    expect(await cache.get('u:4')).toBe(undefined);
    await server.admin.rpush('raw::list', 'a');
    expect(await cache.get('list')).toBe(undefined);
    await cache.clear();
    expect(await server.admin.keys('raw:*')).toEqual([]);
  });

  it('tags are refused, and leases are not claimed', async () => {
    const tier = redis({ url: server.url, format: 'raw' });
    expect(tier.can.leases).toBe(false);
    await using cache = createCache({ namespace: 'raw', tiers: [tier] });
    const causes: unknown[] = [];
    cache.on('error', ({ error }) => void causes.push(error.cause));
    await cache.set('tagged', 1, { tags: ['t'] }).catch(() => {});
    expect(causes.some((cause) => cause instanceof TypeError && /tags need/.test(cause.message))).toBe(true);
    expect(() => redis({ format: 'json' as 'raw' })).toThrow(/format must be one of/);
  });
});
