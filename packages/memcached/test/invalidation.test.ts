import type { Cache, CacheOptions, Entry, Keyspace, Tier } from '@uno-cache/core';
import { createCache, systemClock } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

let server: TestServer;
let caches: Cache[] = [];
const tiers: Tier[] = [];
let namespaces = 0;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
  for (const tier of tiers.splice(0)) await tier.close();
});

function cacheIn(namespace: string, options: Partial<CacheOptions> = {}): Cache {
  const cache = createCache({ namespace, tiers: [memcached({ servers: server.address })], ...options });
  caches = [...caches, cache];
  return cache;
}

function newNamespace(): string {
  return `invalidation-${namespaces++}`;
}

/** An entry that is fresh for a minute, or was until `usableMs` before its end. */
function entryFor(value: unknown, now: number, usableMs: number): Entry {
  const freshUntil = usableMs === 0 ? now + 60_000 : now;
  const times = { createdAt: now, freshUntil, staleMs: usableMs, usableMs, slidingMs: 0, slidesUntil: Infinity };
  return { value, negative: false, version: 0, cost: 0, tags: undefined, checkedAt: 0, ...times };
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
    const entry = entryFor(1, now, 0);
    expect(answer.state).toBe('won');
    expect(await keys.leases!.fill('k', entry, answer.state === 'won' ? answer.token : '', now)).toBe(0);
    await tier.close();
  });

  describe('over a stale value that ends while its refresh runs', () => {
    async function refreshing(): Promise<{ keys: Keyspace; token: string; now: number; namespace: string }> {
      const namespace = newNamespace();
      const tier = memcached({ servers: server.address });
      tiers.push(tier);
      const keys = tier.open(
        { namespace, region: '' },
        { clock: systemClock, sender: 'test', announce: false, report: () => {} },
      );
      const now = Date.now();
      await keys.set('k', entryFor('stale', now - 1_000, 1_500), now);
      const answer = await keys.leases!.acquire('k', { now, ttlMs: 60_000, exclusive: true, replaces: 0 });
      expect(answer.state).toBe('won');
      return { keys, token: answer.state === 'won' ? answer.token : '', now, namespace };
    }

    it('a lease goes on, and what it loaded lands', async () => {
      const { keys, token, now, namespace } = await refreshing();
      const after = now + 1_000;
      expect(await keys.get('k', after)).toBeUndefined();
      // The value is kept for as long as the lease that names it.
      expect(await server.say(`mg ${namespace}::k t`)).toMatch(/^HD t(59|6\d)\r/);
      const request = { now: after, ttlMs: 60_000, exclusive: true, replaces: 0 };
      expect(await keys.leases!.acquire('k', request)).toEqual({ state: 'held' });
      expect(await keys.leases!.renew('k', token, 120_000, after)).toBe(true);
      expect(await server.say(`mg ${namespace}::k t`)).toMatch(/^HD t1[12]\d\r/);
      expect(await keys.leases!.fill('k', entryFor('fresh', after, 0), token, after)).toBeGreaterThan(0);
      expect(await keys.get('k', after)).toMatchObject({ value: 'fresh' });
    });

    it.each<[string, (keys: Keyspace, now: number) => unknown]>([
      ['delete', (keys, now) => keys.delete('k', now)],
      ['pattern', (keys, now) => keys.deletePattern!('k*', now)],
      ['clear', (keys, now) => keys.clear(now)],
    ])('a lease that a %s overruled after that does not', async (_, overrule) => {
      const { keys, token, now } = await refreshing();
      const after = now + 1_000;
      await overrule(keys, after);
      expect(await keys.leases!.renew('k', token, 60_000, after)).toBe(false);
      expect(await keys.leases!.fill('k', entryFor('late', after, 0), token, after)).toBe(0);
      expect(await keys.get('k', after)).toBeUndefined();
    });

    it('a lease that was given back leaves room for the next', async () => {
      const { keys, token, now } = await refreshing();
      const after = now + 1_000;
      await keys.leases!.release('k', token, after);
      const request = { now: after, ttlMs: 60_000, exclusive: true, replaces: 0 };
      expect(await keys.leases!.acquire('k', request)).toMatchObject({ state: 'won' });
    });
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
