import { setImmediate } from 'node:timers/promises';
import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { faultyTier, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { redis } from '@uno-cache/redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashRing, sharded } from '../../src/index.ts';
import type { TestRedis } from '../start-redis.ts';
import { startRedis } from '../start-redis.ts';

const ring = hashRing(['a', 'b', 'c']);
const KEYS = Array.from({ length: 60 }, (_, index) => `key:${index}`);
const DEAD = KEYS.filter((key) => ring.get(key) === 'b');
const LIVING = KEYS.filter((key) => ring.get(key) !== 'b');
/** One tag whose version is where the dead shard's keys are, and one elsewhere. */
const tagAt = (isDead: boolean): string =>
  Array.from({ length: 100 }, (_, index) => `tag:${index}`).find((tag) => (ring.get(tag) === 'b') === isDead)!;

describe('a Redis server of three that is killed, and comes back with what it had', { timeout: 30_000 }, () => {
  let servers: readonly TestRedis[];
  let opened = 0;
  const caches: Cache[] = [];

  beforeAll(async () => {
    servers = await Promise.all([startRedis(), startRedis({ keepsData: true }), startRedis()]);
  }, 30_000);
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
    await servers[1]!.restart();
  }, 20_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const open = (name: string) => {
    const [a, b, c] = servers.map(({ path }, index) =>
      redis({ name: `redis-${'abc'[index]}`, url: path, commandTimeout: '2s' }),
    );
    const cache = createCache({ name, tiers: [sharded(ring, { a: a!, b: b!, c: c! })], ttl: '1h', leaseTtl: '1s' });
    caches.push(cache);
    return cache;
  };
  const filled = async () => {
    // By a process of its own: one that goes on deletes what it set last, when a server comes back.
    const writer = open(`n${++opened}`);
    await writer.setMany(KEYS.map((key) => [key, `old ${key}`] as const));
    await writer.close();
    const cache = open(writer.name);
    const told: unknown[] = [];
    cache.on('breaker', (change) => told.push(change));
    return { cache, told };
  };
  const delivery = (cache: Cache) => new Promise((resolve) => cache.on('delivered', resolve));

  it('costs its own keys, and nobody else’s', async () => {
    const { cache, told } = await filled();
    const failed = new Set<string | undefined>();
    cache.on('error', ({ tier, error }) => failed.add(`${tier}: ${/Shard "[^"]*"/.exec(error.message)}`));
    await servers[1]!.kill();
    for (const key of [...KEYS, ...KEYS]) {
      expect(await cache.getOrSet(key, () => 'loaded')).toBe(LIVING.includes(key) ? `old ${key}` : 'loaded');
    }
    expect([...(await cache.getMany(KEYS)).keys()]).toEqual(LIVING);
    await expect(cache.set(DEAD[0]!, 'new')).rejects.toMatchObject({ code: 'TIER_FAILED' });
    await cache.set(LIVING[0]!, 'new');
    expect(await cache.get(LIVING[0]!)).toBe('new');
    await expect(cache.setMany(KEYS.map((key) => [key, 'many'] as const))).rejects.toMatchObject({
      code: 'TIER_FAILED',
    });
    expect([...(await cache.getMany(KEYS)).values()]).toEqual(LIVING.map(() => 'many'));
    expect(told).toEqual([]);
    failed.delete('undefined: null'); // of the bus
    expect([...failed]).toEqual(['sharded: Shard "b"']);
  });

  it('deletes the keys of the others, and says how many it could not', async () => {
    const { cache } = await filled();
    await servers[1]!.kill();
    const deleting = cache.deleteMany(KEYS);
    await expect(deleting).rejects.toMatchObject({ code: 'TIER_FAILED' });
    await expect(deleting).rejects.toThrow(`delete ${DEAD.length} of ${KEYS.length} keys`);
    expect((await cache.getMany(KEYS)).size).toBe(0);
  });

  it('serves nothing that was deleted meanwhile, here or, once it is told, elsewhere', async () => {
    const { cache } = await filled();
    const elsewhere = open(cache.name);
    await servers[1]!.kill();
    const [deleted, replaced, kept] = DEAD as [string, string, string];
    await expect(cache.delete(deleted)).rejects.toMatchObject({ code: 'TIER_FAILED' });
    await expect(cache.set(replaced, 'new')).rejects.toMatchObject({ code: 'TIER_FAILED' });
    const delivered = delivery(cache);
    await servers[1]!.restart();
    let isDelivered = false;
    void delivered.then(() => {
      isDelivered = true;
    });
    while (!isDelivered) {
      expect(await cache.get(deleted)).toBeUndefined();
      expect(await cache.get(replaced)).toBeUndefined();
      await setImmediate();
    }
    for (const reader of [cache, elsewhere]) {
      expect(await reader.get(deleted)).toBeUndefined();
      expect(await reader.get(replaced)).toBeUndefined();
      // What nobody touched is there again, as soon as the shard is used.
      await expect.poll(() => reader.get(kept), { timeout: 8_000 }).toBe(`old ${kept}`);
    }
  });

  it.each<[string, (cache: Cache) => Promise<unknown>]>([
    ['invalidatePattern', (cache) => cache.invalidatePattern('key:*')],
    ['clear', (cache) => cache.clear()],
  ])('takes nothing from the others that came after %s', async (_, invalidate) => {
    const { cache } = await filled();
    const elsewhere = open(cache.name);
    await servers[1]!.kill();
    expect(await invalidate(cache)).toEqual({ done: [], deferred: ['sharded'] });
    expect((await cache.getMany(KEYS)).size).toBe(0);
    await cache.set(LIVING[0]!, 'after');
    expect(await cache.get(LIVING[0]!)).toBe('after');
    const delivered = delivery(cache);
    await servers[1]!.restart();
    await delivered;
    for (const reader of [cache, elsewhere]) {
      expect([...(await reader.getMany(KEYS))]).toEqual([[LIVING[0], 'after']]);
    }
  });

  it.each([
    ['of its own', true],
    ['of another shard', false],
  ])('serves nothing whose tag was invalidated meanwhile, a tag %s', async (_, isDead) => {
    const { cache } = await filled();
    const tag = tagAt(isDead);
    await cache.set(LIVING[1]!, 'tagged', { tags: [tag] });
    await cache.set(DEAD[1]!, 'tagged', { tags: [tag] });
    await servers[1]!.kill();
    const { deferred } = await cache.invalidateTags([tag]);
    expect(await cache.get(LIVING[1]!)).toBeUndefined();
    const delivered = deferred.length > 0 ? delivery(cache) : undefined;
    await servers[1]!.restart();
    await delivered;
    const elsewhere = open(cache.name);
    await expect.poll(() => elsewhere.get(DEAD[2]!), { timeout: 8_000 }).toBe(`old ${DEAD[2]}`);
    for (const key of [LIVING[1]!, DEAD[1]!]) {
      expect(await cache.get(key)).toBeUndefined();
      expect(await elsewhere.get(key)).toBeUndefined();
    }
  });
});

describe('a shard that does not answer', { timeout: 30_000 }, () => {
  const opened = () => {
    const clock = manualClock();
    const tierOf = (name: string) => faultyTier(memory({ name }), { name, shared: true, async: true });
    const shards = { a: tierOf('a'), b: tierOf('b'), c: tierOf('c') };
    const cache = createCache({ tiers: [sharded(ring, shards)], clock, ttl: '1h' });
    return { clock, shards, cache };
  };

  it('costs one deadline, and nobody after that; it is asked again until it answers', async () => {
    const { clock, shards, cache } = opened();
    await cache.setMany(KEYS.map((key) => [key, key] as const));
    const hang = shards.b.hang().where(({ op }) => op !== 'close');
    let isDone = false;
    const read = cache.getMany(KEYS).finally(() => {
      isDone = true;
    });
    await clock.advanceAsync('999ms');
    expect(isDone).toBe(false);
    await clock.advanceAsync('1ms');
    expect([...(await read).keys()]).toEqual(LIVING);
    const asked = shards.b.calls.length;
    expect((await cache.getMany(KEYS)).size).toBe(LIVING.length);
    expect(await cache.get(DEAD[0]!)).toBeUndefined();
    expect(await cache.getOrSet(DEAD[0]!, () => 1)).toBe(1);
    expect(shards.b.calls.length).toBe(asked);
    hang.end();
    await clock.advanceAsync('10s');
    expect((await cache.getMany(KEYS)).size).toBe(KEYS.length);
    await cache.close();
    expect(clock.pending).toBe(0);
  });

  it.each<
    [
      string,
      (cache: Cache) => Promise<unknown>,
      'delete' | 'set' | 'deletePattern' | 'clear' | 'deleteMany' | 'setMany',
    ]
  >([
    ['delete', (cache) => cache.delete(DEAD[0]!), 'delete'],
    ['deleteMany', (cache) => cache.deleteMany([DEAD[0]!, LIVING[0]!]), 'deleteMany'],
    ['set', (cache) => cache.set(DEAD[0]!, 'new'), 'set'],
    ['setMany', (cache) => cache.setMany({ [DEAD[0]!]: 'new', [LIVING[0]!]: 'new' }), 'setMany'],
    ['invalidatePattern', (cache) => cache.invalidatePattern(DEAD[0]!), 'deletePattern'],
    ['clear', (cache) => cache.clear(), 'clear'],
  ])('serves nothing that %s did not take back, before it has', async (_, change, operation) => {
    const { clock, shards, cache } = opened();
    await cache.setMany(KEYS.map((key) => [key, 'old'] as const));
    const key = DEAD[0]!;
    const fault = shards.b.fail(operation).once();
    await change(cache).catch(() => {});
    expect(fault.strikes).toBe(1);
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.has(key)).toBe(false);
    expect((await cache.getMany([key])).size).toBe(0);
    expect(await cache.touch(key, '1h')).toBe(false);
    expect(await cache.getOrSet(key, () => 'loaded')).toBe('loaded');
    expect((await cache.getOrSetMany([key], () => ({ [key]: 'loaded' }))).get(key)).toBe('loaded');
    expect(await cache.getEntry(key)).toBeUndefined();
    await clock.advanceAsync('1s');
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrSet(key, () => 'later')).toBe('later');
    expect(await cache.get(key)).toBe('later');
    await cache.close();
  });

  it('may miss more than can be listed: then all that it had is gone, and nothing else', async () => {
    const { clock, shards, cache } = opened();
    const many = Array.from({ length: 40_000 }, (_, index) => `many:${index}`);
    const missed = many.filter((key) => ring.get(key) === 'b');
    expect(missed.length).toBeGreaterThan(10_000);
    await cache.setMany(KEYS.map((key) => [key, key] as const));
    let kept = 0;
    cache.on('deferred', (event) => {
      kept = event.kept;
    });
    const failing = shards.b.fail().where(({ op }) => op !== 'close');
    for (const key of DEAD.slice(0, 3)) await cache.get(key);
    await expect(cache.deleteMany(missed)).rejects.toMatchObject({ code: 'TIER_FAILED' });
    expect(kept).toBeLessThanOrEqual(10_000);
    failing.end();
    await clock.advanceAsync('10s');
    expect([...(await cache.getMany(KEYS)).keys()]).toEqual(LIVING);
    await cache.close();
  });
});
