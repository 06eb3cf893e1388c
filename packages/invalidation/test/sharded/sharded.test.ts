import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache } from '@uno-cache/core';
import { faultyTier, localBus, manualClock } from '@uno-cache/core/testing';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import { describe, expect, it } from 'vitest';
import { hashRing, sharded } from '../../src/index.ts';

const ring = hashRing(['a', 'b', 'c']);
const KEYS = Array.from({ length: 60 }, (_, index) => `key:${index}`);

describe('sharded()', () => {
  it('keeps each key where the ring puts it', async () => {
    const tiers = { a: faultyTier(memory()), b: faultyTier(memory()), c: faultyTier(memory()) };
    await using cache = createCache({ tiers: [sharded(ring, tiers)] });
    for (const key of KEYS) await cache.set(key, key);
    for (const [node, tier] of Object.entries(tiers)) {
      expect(tier.count('set')).toBe(KEYS.filter((key) => ring.get(key) === node).length);
    }
    expect([...(await cache.getMany([...KEYS].reverse())).values()]).toEqual([...KEYS].reverse());
    for (const tier of Object.values(tiers)) expect(tier.count('getMany')).toBe(1);
  });

  it('invalidates patterns, tags and everything in all of them', async () => {
    await using cache = createCache({ tiers: [sharded(ring, { a: memory(), b: memory(), c: memory() })] });
    for (const key of KEYS) await cache.set(key, key, { tags: [`tag:${key}`, 'all'] });
    await cache.invalidatePattern('key:1*');
    expect(await cache.getMany(KEYS)).toHaveProperty('size', 49);
    await cache.invalidateTags(['tag:key:2', 'tag:key:3']);
    expect(await cache.getMany(KEYS)).toHaveProperty('size', 47);
    await cache.invalidateTags(['all']);
    expect(await cache.getMany(KEYS)).toHaveProperty('size', 0);
    await cache.set('k', 1);
    await cache.clear();
    expect(await cache.get('k')).toBeUndefined();
  });

  it('spreads over tiers that keep files, and finds everything again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'uno-cache-sharded-'));
    const open = () => {
      const tierOf = (node: string) => file({ name: node, directory: join(directory, node) });
      return createCache({
        name: 'shop',
        tiers: [memory(), sharded(ring, { a: tierOf('a'), b: tierOf('b'), c: tierOf('c') })],
      });
    };
    const first = open();
    await first.setMany(KEYS.map((key) => [key, key] as const));
    await first.set('tagged', 1, { tags: ['t'] });
    await first.invalidatePattern('key:1*');
    await first.close();
    const second = open();
    expect((await second.getMany(KEYS)).size).toBe(49);
    expect(await second.get('tagged')).toBe(1);
    await second.invalidateTags(['t']);
    expect(await second.get('tagged')).toBeUndefined();
    await second.close();
    rmSync(directory, { recursive: true });
  });

  it('answers at once over tiers that do', async () => {
    await using cache = createCache({ tiers: [sharded(ring, { a: memory(), b: memory(), c: memory() })] });
    cache.sync.setMany(KEYS.map((key) => [key, key] as const));
    expect(cache.sync.getMany(KEYS).size).toBe(60);
    expect(cache.stats().tiers.sharded?.size).toBe(60);
  });

  it('is as full as all of them together', async () => {
    const tiers = { a: memory({ maxEntries: 100 }), b: memory({ maxEntries: 100 }), c: memory({ maxEntries: 50 }) };
    const tier = sharded(ring, tiers);
    await using cache = createCache({ tiers: [tier] });
    await cache.setMany(KEYS.map((key) => [key, key] as const));
    expect(await tier.usage?.()).toEqual({ entries: 60, maxEntries: 250 });
    expect(sharded(ring, { ...tiers, b: faultyTier(memory()) }).usage).toBeUndefined();
  });

  it('says that an invalidation is not done while one of them has not confirmed', async () => {
    const b = faultyTier(memory(), { async: true });
    await using cache = createCache({ tiers: [sharded(ring, { a: memory(), b, c: memory() })], clock: manualClock() });
    b.fail('deletePattern').once();
    expect(await cache.invalidatePattern('key:*')).toEqual({ done: [], deferred: ['sharded'] });
  });

  it('counts what it deleted where a nearer tier deleted the rest', async () => {
    const b = faultyTier(memory(), { async: true });
    const tier = sharded(ring, { a: memory(), b, c: memory() });
    await using cache = createCache({ tiers: [memory({ name: 'near' }), tier], clock: manualClock() });
    await cache.setMany(KEYS.map((key) => [key, key] as const));
    b.fail('deleteMany').once();
    expect(await cache.deleteMany(KEYS)).toBe(60);
    expect((await cache.getMany(KEYS)).size).toBe(0);
    expect(tier.undelivered).toBe(KEYS.filter((key) => ring.get(key) === 'b').length);
  });

  it('vouches for what the slowest of its buses vouches for', () => {
    const buses = ['a', 'b', 'c'].map((name) => localBus({ name }));
    const [a, b, c] = buses.map((bus) => faultyTier(memory(), { bus })) as [never, never, never];
    const heard: (number | string)[] = [];
    const receiver = {
      receive: () => {},
      gap: (reason: string) => void heard.push(reason),
      current: (asOf: number) => void heard.push(asOf),
    };
    sharded(ring, { a, b, c }).bus!.join('shop', receiver, manualClock(1000));
    expect(heard).toEqual([Infinity]);
    buses[1]!.disconnect('cut');
    expect(heard.at(-1)).toBeLessThan(Infinity);
    buses[1]!.reconnect();
    expect(heard).toContain('b: cut');
  });

  const twin = memory();
  it.each([
    ['a node without a tier', () => sharded(ring, { a: memory(), b: memory() } as never)],
    ['a tier without a node', () => sharded(ring, { a: memory(), b: memory(), c: memory(), d: memory() } as never)],
    ['what is no tier', () => sharded(ring, { a: memory(), b: memory(), c: {} as never })],
    [
      'shared tiers beside others',
      () => sharded(ring, { a: memory(), b: memory(), c: faultyTier(memory(), { shared: true }) }),
    ],
    ['no ring', () => sharded(undefined as never, { a: memory() })],
    ['no tiers', () => sharded(ring, undefined as never)],
    ['a tier for two nodes', () => sharded(ring, { a: twin, b: twin, c: memory() })],
    ['an unknown option', () => sharded(ring, { a: memory(), b: memory(), c: memory() }, { nme: 'x' } as never)],
  ])('refuses %s', (_, call) => {
    expect(call).toThrow(TypeError);
    expect(call).not.toThrow(/undefined or null|reading/);
  });
});
