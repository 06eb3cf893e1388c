import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { redis, redisBus } from '../src/index.ts';
import type { TestCluster } from './start-cluster.ts';
import { eventually, startCluster } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';
import { startProxy } from './tcp-proxy.ts';

/** What a machine that does other things beside may take; the bus's usual delay is some milliseconds. */
const SOON_MS = 2_000;
const FORMING_MS = 30_000;
const KEYS = Array.from({ length: 40 }, (_, index) => `k${index}`);

const caches: Cache[] = [];

function all(value: unknown): [key: string, value: unknown][] {
  return KEYS.map((key) => [key, value]);
}

/** With `maxStaleness` far beyond the test: what is gone from a near tier was told of. */
async function open(options: RedisOptions, namespace = 'track'): Promise<Cache> {
  const cache = createCache({
    namespace,
    tiers: [memory(), redis({ tracking: true, ...options })],
    maxStaleness: '10m',
  });
  cache.on('error', () => {});
  caches.push(cache);
  await beginsToTrack(cache);
  return cache;
}

/** Tracking begins with a gap, which comes once. */
function beginsToTrack(cache: Cache): Promise<void> {
  return new Promise((resolve) => {
    const stop = cache.on('bus-gap', ({ reason }) => {
      if (!/unheard/.test(reason)) return;
      stop();
      resolve();
    });
  });
}

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

function nearHits(cache: Cache): number {
  return cache.stats().tiers.memory!.hits;
}

describe('redis({ tracking: true })', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const foreign: readonly (readonly [name: string, change: (admin: Redis, name: string) => Promise<unknown>])[] = [
    ['deletes', (admin, name) => admin.del(name)],
    ['unlinks in a transaction', (admin, name) => admin.multi().unlink(name).exec()],
    ['overwrites', (admin, name) => admin.set(name, 'theirs')],
    ['makes a list of', (admin, name) => admin.multi().del(name).rpush(name, 'theirs').exec()],
    ['renames', (admin, name) => admin.rename(name, 'elsewhere')],
    ['lets expire', (admin, name) => admin.pexpire(name, 20)],
  ];
  for (const [does, change] of foreign) {
    it(`a key that another program ${does} is gone from near tiers`, async () => {
      const cache = await open({ url: server.url });
      await cache.set('k', 'ours');
      expect(await cache.get('k')).toBe('ours');
      await change(server.admin, 'track::k');
      await eventually(async () => (await cache.get('k')) === undefined, SOON_MS);
    });
  }

  it('in regions, and with a prefix', async () => {
    const tiers = [memory(), redis({ url: server.url, tracking: true, keyPrefix: 'app:' })];
    const cache = createCache({ namespace: 'a b', tiers, regions: { 'é:%': {} }, maxStaleness: '10m' });
    caches.push(cache);
    await beginsToTrack(cache);
    const region = cache.region('é:%');
    await region.set('k:1', 'ours');
    const [name] = await server.admin.keys('app:*k:1');
    await server.admin.del(name!);
    await eventually(async () => (await region.get('k:1')) === undefined, SOON_MS);
  });

  it('what is evicted', async () => {
    const cache = await open({ url: server.url });
    await cache.setMany(all('x'.repeat(2_000)));
    // The stream has no end of life, so that policy spares it: a gap of the bus would hide what is tested.
    await server.admin.config('SET', 'maxmemory-policy', 'volatile-lru');
    await server.admin.config('SET', 'maxmemory', '1');
    await server.admin.set('filler', 'x').catch(() => {});
    await server.admin.config('SET', 'maxmemory', '0');
    expect(await server.admin.keys('track::*')).toEqual([]);
    await eventually(async () => (await cache.getMany(KEYS)).size === 0, SOON_MS);
  });

  it('everything, after FLUSHALL', async () => {
    const cache = await open({ url: server.url });
    await cache.setMany(all(1));
    await server.admin.flushall();
    await eventually(async () => (await cache.getMany(KEYS)).size === 0, SOON_MS);
  });

  it("a tag's version that another program deletes invalidates near copies", async () => {
    const cache = await open({ url: server.url });
    await cache.set('tagged', 1, { tags: ['t'] });
    expect(await cache.get('tagged')).toBe(1);
    await server.admin.del('track!:t');
    await eventually(async () => (await cache.get('tagged')) === undefined, SOON_MS);
  });

  it("format 'raw': what another program sets is read", async () => {
    const cache = await open({ url: server.url, format: 'raw' });
    await cache.set('raw', { a: 1 });
    await cache.set('kept', 1);
    const before = nearHits(cache);
    await server.admin.set('track::raw', '{"a":2}');
    await eventually(async () => ((await cache.get('raw')) as { a: number }).a === 2, SOON_MS);
    expect(await cache.get('kept')).toBe(1);
    expect(nearHits(cache)).toBeGreaterThan(before);
  });

  it('a storm of own loads and sets fences none of them, drops no copy and tells of no invalidation', async () => {
    const cache = await open({ url: server.url });
    const gone: string[] = [];
    cache.on('fenced', ({ key }) => void gone.push(`fenced ${key}`));
    cache.on('invalidate', ({ target }) => void gone.push(`invalidated ${target}`));
    const names = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    await Promise.all(
      names.map((name, index) =>
        index % 2 === 0
          ? cache.getOrSet(name, () => index, { tags: ['storm'] })
          : cache.set(name, index, { tags: ['storm'] }),
      ),
    );
    // Tells of what was changed before: the storm has been looked at when this is gone.
    await cache.set('last', 1);
    await server.admin.del('track::last');
    await eventually(async () => (await cache.get('last')) === undefined, SOON_MS);
    const before = nearHits(cache);
    for (const name of names) await cache.get(name);
    expect(nearHits(cache) - before).toBe(names.length);
    expect(gone).toEqual([]);
    expect(cache.stats().loads).toBe(names.length / 2);
  });

  it('a storm of loads in one process leaves the copies of another alone', async () => {
    const [one, two] = [await open({ url: server.url }), await open({ url: server.url })];
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    await one.clear();
    for (const name of names) await one.getOrSet(name, () => name);
    for (const name of names) await two.getOrSet(name, () => 'never');
    await one.set('last', 1);
    await two.get('last');
    await server.admin.del('track::last');
    await eventually(async () => (await two.get('last')) === undefined, SOON_MS);
    for (const cache of [one, two]) {
      const before = nearHits(cache);
      for (const name of names) expect(await cache.get(name)).toBe(name);
      expect(nearHits(cache) - before).toBe(names.length);
    }
  });

  it('after any of its connections was killed, and a change meanwhile', async () => {
    const cache = await open({ url: server.url });
    const ids = async (): Promise<number[]> => {
      const own = await server.admin.client('ID');
      const clients = String(await server.admin.client('LIST'));
      return [...clients.matchAll(/^id=(\d+)/gm)].map(([, id]) => Number(id)).filter((id) => id !== own);
    };
    for (const id of await ids()) {
      await eventually(async () => {
        await cache.set('k', 'ours');
        return (await cache.get('k')) === 'ours';
      });
      await server.admin.client('KILL', 'ID', id);
      await server.admin.del('track::k');
      await eventually(async () => (await cache.get('k')) === undefined, 5_000);
    }
  }, 20_000);

  it('a server that refuses says so, once', async () => {
    await server.admin.call('acl', 'setuser', 'limited', 'on', '>pw', '~*', '&*', '+@all', '-client|tracking');
    const tier = redis({ url: server.url.replace('//', '//limited:pw@'), tracking: true });
    const cache = createCache({ namespace: 'track', tiers: [memory(), tier] });
    caches.push(cache);
    const reasons: string[] = [];
    cache.on('bus-gap', ({ reason }) => void reasons.push(reason));
    await eventually(async () => reasons.length > 0);
    await cache.set('k', 1);
    expect(await cache.get('k')).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/does not tell of changed keys.*may not use this command/);
  });

  it('what could not be heard of is not vouched for', async () => {
    const proxy = await startProxy(server.port);
    const tier = redis({ url: proxy.url, tracking: true, commandTimeout: '200ms' });
    const cache = createCache({ namespace: 'track', tiers: [memory(), tier], maxStaleness: '1s' });
    cache.on('error', () => {});
    caches.push(cache);
    await beginsToTrack(cache);
    await cache.set('k', 'old');
    proxy.cut();
    await server.admin.del('track::k');
    await eventually(async () => (await cache.get('k')) === undefined, 5_000);
    await proxy.restore();
    await proxy.close();
  });
});

describe('redisBus({ tracking: true })', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('a read that was on its way when its key was changed leaves no copy', async () => {
    const proxy = await startProxy(server.port);
    const bus = redisBus({ url: server.url, tracking: true });
    const tiers = [memory(), redis({ url: proxy.url, bus: false })];
    const cache = createCache({ namespace: 'late', tiers, bus, maxStaleness: '10m' });
    caches.push(cache);
    await beginsToTrack(cache);
    const writer = createCache({ namespace: 'late', tiers: [redis({ url: server.url, bus: false })] });
    caches.push(writer);
    await writer.set('k', 'old');
    await cache.get('warm');
    proxy.delayMs = 300;
    const reading = cache.get('k');
    await eventually(async () => /^cmdstat_mget:calls=[2-9]/m.test(await server.admin.info('commandstats')));
    await writer.set('k', 'new');
    expect(await reading).toBe('old');
    proxy.delayMs = 0;
    expect(await cache.get('k')).toBe('new');
    await proxy.close();
  });

  it('watches the keys of a prefix', async () => {
    const bus = redisBus({ url: server.url, tracking: true, keyPrefix: 'app:' });
    const tiers = [memory(), redis({ url: server.url, bus: false, keyPrefix: 'app:' })];
    const cache = createCache({ namespace: 'prefixed', tiers, bus, maxStaleness: '10m' });
    caches.push(cache);
    await beginsToTrack(cache);
    await cache.set('k', 'ours');
    await server.admin.del('app:prefixed::k');
    await eventually(async () => (await cache.get('k')) === undefined, SOON_MS);
  });
});

describe('tracking in a cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, FORMING_MS);
  afterAll(() => cluster.stop());

  it('every master tells of its keys, and so does a replica that has taken over', async () => {
    const cache = await open({ cluster: cluster.nodes, commandTimeout: '500ms' });
    await cache.setMany(all(1));
    expect((await cache.getMany(KEYS)).size).toBe(KEYS.length);
    await Promise.all(KEYS.map((key) => cluster.admin.del(`track::${key}`)));
    await eventually(async () => (await cache.getMany(KEYS)).size === 0, SOON_MS);

    await cluster.masters[1]!.kill();
    await eventually(async () => {
      await cache.setMany(all(2));
      return (await cache.getMany(KEYS)).size === KEYS.length;
    });
    // A gap tells that the new master is watched.
    await eventually(async () => {
      await Promise.all(KEYS.map((key) => cluster.admin.del(`track::${key}`)));
      return (await cache.getMany(KEYS)).size === 0;
    });
  }, 40_000);
});
