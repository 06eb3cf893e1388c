import type { Cache, CacheOptions } from '@uno-cache/core';
import { createCache, systemClock } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

let server: TestServer;
let caches: Cache[] = [];
let namespaces = 0;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
});

function cacheIn(namespace: string, options: Partial<CacheOptions> = {}): Cache {
  const cache = createCache({ namespace, tiers: [memcached({ servers: server.address })], ...options });
  caches = [...caches, cache];
  return cache;
}

function newNamespace(): string {
  return `invalidation-${namespaces++}`;
}

/** Takes an item away as an eviction does. */
async function evict(key: string): Promise<void> {
  expect(await server.say(`delete ${key}`)).toBe('DELETED\r\n');
}

describe('generations', () => {
  it('one that was evicted is replaced by a new one, and nothing comes back', async () => {
    const namespace = newNamespace();
    const cache = cacheIn(namespace);
    await cache.set('cleared', 1);
    await cache.clear();
    await cache.set('k', 2);
    await evict(`*space*${namespace}::`);
    expect(await cache.get('cleared')).toBeUndefined();
    expect(await cache.get('k')).toBeUndefined();
    await cache.set('k', 3);
    expect(await cache.get('k')).toBe(3);
    expect(await cache.get('cleared')).toBeUndefined();
  });

  it('a fill whose lease is of an evicted generation does not land', async () => {
    const namespace = newNamespace();
    const tier = memcached({ servers: server.address });
    const host = { clock: systemClock, sender: 'test', announce: false, report: () => {} };
    const keys = tier.open({ namespace, region: '' }, host);
    const request = { now: Date.now(), ttlMs: 5_000, exclusive: true, replaces: 0 };
    const answer = await keys.leases!.acquire('k', request);
    await evict(`*space*${namespace}::`);
    const now = Date.now();
    const times = {
      createdAt: now,
      freshUntil: now + 60_000,
      staleMs: 0,
      usableMs: 0,
      slidingMs: 0,
      slidesUntil: Infinity,
    };
    const entry = { value: 1, negative: false, version: 0, cost: 0, tags: undefined, checkedAt: 0, ...times };
    expect(answer.state).toBe('won');
    expect(await keys.leases!.fill('k', entry, answer.state === 'won' ? answer.token : '', now)).toBe(0);
    await tier.close();
  });

  it('a lock over a standing value that is evicted lets nothing stale in', async () => {
    const namespace = newNamespace();
    const [one, two] = [cacheIn(namespace), cacheIn(namespace)];
    await one.set('k', 'old', { ttl: '50ms', staleWhileRevalidate: '1h' });
    await eventually('it is stale', async () => (await one.getEntry('k'))?.stale === true);
    let release = (_value: string): void => {};
    let begun = false;
    const loading = one.getOrSet('k', () => {
      begun = true;
      return new Promise<string>((resolve) => {
        release = resolve;
      });
    });
    expect(await loading).toBe('old');
    await eventually('the load runs', () => begun);
    await evict(`*lock*${namespace}::k`);
    await two.set('k', 'newer');
    release('late');
    await new Promise((resolve) => setImmediate(resolve));
    await eventually('it stays', async () => (await two.get('k')) === 'newer' && (await one.get('k')) === 'newer');
  });
});

describe('marks', () => {
  it('tell which entries are meant, and are the same to all', async () => {
    const namespace = newNamespace();
    const [one, two] = [cacheIn(namespace), cacheIn(namespace)];
    await one.setMany({ 'user:1': 1, 'user:2': 2, 'post:1': 3 });
    await two.invalidatePattern('user:1*');
    expect([...(await one.getMany(['user:1', 'user:2', 'post:1'])).keys()]).toEqual(['user:2', 'post:1']);
    await one.set('user:1', 'new');
    expect(await two.get('user:1')).toBe('new');
  });

  it('are bounded: what is older than the oldest kept one is invalidated', async () => {
    const cache = cacheIn(newNamespace());
    await cache.set('old', 1);
    await cache.invalidatePattern('nothing');
    await cache.set('newer', 2);
    expect(await cache.get('old')).toBe(1);
    for (let index = 0; index < 256; index++) await cache.invalidatePattern(`none:${index}`);
    expect(await cache.get('newer')).toBe(2);
    expect(await cache.get('old')).toBeUndefined();
    await cache.set('old', 3);
    expect(await cache.get('old')).toBe(3);
  });

  it('a list that is gone invalidates what is older', async () => {
    const namespace = newNamespace();
    const cache = cacheIn(namespace);
    await cache.set('k', 1);
    await cache.invalidatePattern('other');
    await evict(`*marks*${namespace}::`);
    // Another process, which has not read the list yet.
    const other = cacheIn(namespace);
    expect(await other.get('k')).toBeUndefined();
    await other.set('k', 2);
    await other.invalidatePattern('more');
    expect(await other.get('k')).toBe(2);
    expect(await cache.get('k')).toBe(2);
  });

  it('a pattern longer than a list takes clears instead', async () => {
    const cache = cacheIn(newNamespace());
    await cache.set('k', 1);
    await cache.invalidatePattern(`${'x'.repeat(2_000_000)}*`);
    expect(await cache.get('k')).toBeUndefined();
    await cache.set('k', 2);
    expect(await cache.get('k')).toBe(2);
  });

  it('of many processes at once all count', async () => {
    const namespace = newNamespace();
    const all = Array.from({ length: 6 }, () => cacheIn(namespace));
    const keys = Array.from({ length: 60 }, (_, index) => `${index}:k`);
    await all[0]!.setMany(keys.map((key) => [key, 1] as const));
    await Promise.all(keys.map((key, index) => all[index % all.length]!.invalidatePattern(key)));
    for (const cache of all) expect((await cache.getMany(keys)).size).toBe(0);
  });
});

describe('with a cache', () => {
  it('tags, of which one is evicted, invalidate and do not come back', async () => {
    const namespace = newNamespace();
    const cache = cacheIn(namespace);
    await cache.set('k', 1, { tags: ['t'] });
    expect(await cache.get('k')).toBe(1);
    await cache.invalidateTags(['t']);
    expect(await cache.get('k')).toBeUndefined();
    await cache.set('k', 2, { tags: ['t'] });
    await evict(`${namespace}!:t`);
    expect(await cache.get('k')).toBeUndefined();
  });

  it('processes load a key once', async () => {
    const namespace = newNamespace();
    const all = Array.from({ length: 8 }, () => cacheIn(namespace));
    let loads = 0;
    const load = async (): Promise<number> => {
      await new Promise((resolve) => setImmediate(resolve));
      return ++loads;
    };
    const values = await Promise.all(
      all.flatMap((cache) => Array.from({ length: 5 }, () => cache.getOrSet('k', load))),
    );
    expect(new Set(values)).toEqual(new Set([1]));
  });

  it('a load that a set elsewhere overtook does not land', async () => {
    const namespace = newNamespace();
    const [one, two] = [cacheIn(namespace), cacheIn(namespace)];
    let release = (_value: string): void => {};
    let begun = false;
    const load = (): Promise<string> => {
      begun = true;
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    for (const overtake of [
      () => two.set('k', 'newer'),
      () => two.delete('k'),
      () => two.invalidatePattern('k'),
      () => two.clear(),
    ]) {
      await one.delete('k');
      begun = false;
      const loading = one.getOrSet('k', load);
      await eventually('the load runs', () => begun);
      await overtake();
      const [before] = [await two.get('k')];
      release('late');
      expect(await loading).toBe('late');
      expect(await two.get('k')).toBe(before);
      expect(before).not.toBe('late');
    }
  });

  it('a near tier in front, without a bus, is not older than maxStaleness', async () => {
    const namespace = newNamespace();
    const near = (): Cache =>
      cacheIn(namespace, {
        tiers: [memory(), memcached({ servers: server.address })],
        bus: false,
        maxStaleness: '100ms',
      });
    const [one, two] = [near(), near()];
    await one.set('k', 'old');
    expect(await two.get('k')).toBe('old');
    const changedAt = performance.now();
    await one.set('k', 'new');
    await eventually('the copy is checked', async () => {
      const began = performance.now();
      const value = await two.get('k');
      if (value === 'old') expect(began - changedAt).toBeLessThan(100 + 50);
      return value === 'new';
    });
  });
});
