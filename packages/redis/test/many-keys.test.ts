import type { Keyspace } from '@uno-cache/core';
import { createCache, systemClock } from '@uno-cache/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askForMany } from '../src/connection/many-keys.ts';
import { redis } from '../src/index.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

describe('askForMany', () => {
  const connectionOf = (isCluster: boolean) => ({ isCluster, now: undefined, ready: async () => undefined as never });
  const keys = Array.from({ length: 25 }, (_, index) => `{${index % 3}}:${index}`);

  it.each([
    { isCluster: false, most: 10, sizes: [10, 10, 5] },
    { isCluster: false, most: 25, sizes: [25] },
    { isCluster: true, most: 5, sizes: [5, 4, 5, 3, 5, 3] },
  ])('asks for no more than $most at a time, in a cluster $isCluster', async ({ isCluster, most, sizes }) => {
    const asked: (readonly string[])[] = [];
    const answers = await askForMany(connectionOf(isCluster), keys, most, async (some) => {
      asked.push(some);
      return some.map((key) => `answer to ${key}`);
    });
    expect(answers).toEqual(keys.map((key) => `answer to ${key}`));
    expect(asked.map(({ length }) => length)).toEqual(sizes);
    if (isCluster) for (const some of asked) expect(new Set(some.map((key) => key.slice(0, 3))).size).toBe(1);
  });

  it('of nothing asks nothing', async () => {
    const ask = () => Promise.reject(new Error('asked'));
    expect(await askForMany(connectionOf(false), [], 10, ask)).toEqual([]);
    expect(await askForMany(connectionOf(true), [], 10, ask)).toEqual([]);
  });
});

describe('more keys than a call has room for arguments', () => {
  const keys = Array.from({ length: 150_000 }, (_, index) => `k${index}`);
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const open = (format: 'entry' | 'raw', namespace: string = format): Keyspace => {
    const tier = redis({ url: server.url, format, commandTimeout: '10s', bus: false });
    onTestFinished(() => void tier.close());
    const host = { clock: systemClock, sender: 'test', announce: false, report: () => {} };
    return tier.open({ namespace, region: '' }, host);
  };

  it('entries are read and deleted, versions made and renewed', async () => {
    const space = open('entry');
    const { versions } = space;
    const now = Date.now();
    const first = await versions.ensure(keys, now + 60_000, now);
    await versions.renew(
      keys.map((key): [string, string] => [key, `new ${key}`]),
      now,
    );
    const second = await versions.read(keys, now);
    expect([first.length, second.at(-1)]).toEqual([keys.length, 'new k149999']);
    expect((await space.getMany(keys, now)).length).toBe(keys.length);
    expect((await space.deleteMany(keys, now)).length).toBe(keys.length);
  }, 60_000);

  it.each(['entry', 'raw'] as const)(
    'with format %s they are the first that a tier does, and nothing else is lost',
    async (format) => {
      const namespace = `warm-${format}`;
      await server.admin.set(`${namespace}::precious`, '1');
      const tier = redis({ url: server.url, format, commandTimeout: '10s', bus: false });
      await using cache = createCache({ namespace, tiers: [tier] });
      const errors: unknown[] = [];
      cache.on('error', ({ error }) => void errors.push(error));
      const some = keys.slice(0, 12_000);
      await cache.setMany(some.map((key): [string, number] => [key, 1]));
      expect(errors).toEqual([]);
      expect((await server.admin.keys(`${namespace}:*`)).length).toBe(some.length + 1);
      const again = open(format, namespace);
      expect((await again.deleteMany(some, Date.now())).filter(Boolean).length).toBe(some.length);
    },
    30_000,
  );

  it('so many calls at once may be the first as well', async () => {
    const tier = redis({ url: server.url, commandTimeout: '10s', bus: false });
    await using cache = createCache({ namespace: 'burst', tiers: [tier] });
    await server.admin.set('burst::precious', '1');
    const some = keys.slice(0, 25_000);
    await Promise.all(some.map((key) => cache.set(key, 1)));
    expect((await server.admin.keys('burst:*')).length).toBe(some.length + 1);
  }, 60_000);

  it('with format raw too', async () => {
    const space = open('raw');
    await server.admin.set('raw::k5', '1');
    const found = await space.getMany(keys, Date.now());
    expect(found.flatMap((entry, index) => (entry === undefined ? [] : [[index, entry.value]]))).toEqual([[5, 1]]);
  }, 60_000);
});
