import { createCache } from '@uno-cache/core';
import { faultyTier, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { expect, test, vi } from 'vitest';
import { createMonitor, monitorOf } from '../../src/index.ts';

test('hit rates, sizes and factories, of the whole and of each region', async () => {
  const clock = manualClock();
  await using cache = createCache({
    clock,
    tiers: [memory({ maxEntries: 100 })],
    regions: { users: { ttl: '1m' }, own: { tiers: [memory({ name: 'own' })] } },
  });
  const monitor = createMonitor(cache);
  expect(monitor.getStats()).toMatchObject({
    cache: 'cache',
    hitRate: { overall: 0, memory: 0, own: 0 },
    size: { memory: 0, own: 0 },
    savedTimeMs: 0,
  });
  const users = cache.region('users');
  await cache.set('a', 1);
  await cache.get('a');
  await cache.get('missing');
  await users.getOrSet('u', async () => {
    clock.advance(40);
    return 1;
  });
  for (let at = 0; at < 3; at++) await users.get('u');
  await cache.region('own').set('k', 1);
  await cache.region('own').get('k');
  const { regions, ...stats } = monitor.getStats();
  expect(stats).toMatchObject({
    hits: 5,
    misses: 2,
    sets: 2,
    hitRate: { overall: 5 / 7, memory: 4 / 6, own: 1 },
    size: { memory: 2, own: 1 },
    factory: { runs: 1, errors: 0, timeMs: 40, meanMs: 40 },
    savedTimeMs: 120,
    tiers: { memory: { hits: 4, misses: 2, size: 2, usage: { entries: 2, maxEntries: 100 }, undelivered: 0 } },
  });
  expect(Object.keys(regions)).toEqual(['', 'users', 'own']);
  expect(regions['']).toMatchObject({
    hits: 1,
    misses: 1,
    hitRate: { overall: 0.5, memory: 0.5 },
    size: { memory: 1 },
  });
  expect(regions.users).toMatchObject({ hits: 3, misses: 1, hitRate: { overall: 0.75 }, savedTimeMs: 120 });
  expect(regions.own).toMatchObject({ hits: 1, size: { own: 1 } });
  expect(regions['']?.tiers.own).toBeUndefined();
});

test('given a region, a monitor is about the whole cache', async () => {
  await using cache = createCache({ tiers: [memory()], regions: { one: {}, other: {} } });
  const monitor = createMonitor(cache.region('one'));
  expect(monitorOf(cache)).toBe(monitor);
  expect(monitorOf(cache.region('one'))).toBe(monitor);
  await cache.get('a');
  for (let at = 0; at < 5; at++) await cache.region('other').get('a');
  const { misses, regions } = monitor.getStats();
  expect(misses).toBe(6);
  expect([regions['']?.misses, regions.one?.misses, regions.other?.misses]).toEqual([1, 0, 5]);
  expect(await monitor.registry.metrics()).toContain('cache_misses_total{cache="cache",region=""} 1');
});

test('two tiers of one name are told apart', async () => {
  await using cache = createCache({ tiers: [memory()], regions: { users: { tiers: [memory()] } } });
  const monitor = createMonitor(cache);
  await cache.set('a', 1);
  await cache.get('a');
  await cache.region('users').get('a');
  expect(monitor.getStats().hitRate).toEqual({ overall: 0.5, memory: 1, 'memory@users': 0 });
  expect(monitor.getStats().size).toEqual({ memory: 1, 'memory@users': 0 });
});

test('a tier named overall does not hide the rate of the whole', async () => {
  await using cache = createCache({ tiers: [memory({ name: 'overall' }), memory()] });
  const monitor = createMonitor(cache);
  await cache.set('a', 1);
  await cache.get('a');
  await cache.get('b');
  expect(monitor.getStats().hitRate.overall).toBe(0.5);
  expect(monitor.getStats().tiers.overall).toMatchObject({ hits: 1, misses: 1 });
});

test('evictions by cause, and errors', async () => {
  const clock = manualClock();
  const far = faultyTier(memory({ name: 'far' }));
  await using cache = createCache({ clock, tiers: [memory({ maxEntries: 2, policy: 'lru' }), far], ttl: '1m' });
  const monitor = createMonitor(cache);
  for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
  clock.advance('2m');
  await cache.get('c');
  far.fail('get', new Error('no')).once();
  await cache.get('d');
  const { evictions, errors, tiers } = monitor.getStats();
  expect(evictions).toMatchObject({ size: 1, refused: 0 });
  expect(evictions.expired).toBeGreaterThanOrEqual(1);
  expect(tiers.memory?.evictions).toMatchObject({ size: 1 });
  expect(tiers.far).toMatchObject({ errors: 1, evictions: { size: 0 } });
  expect(errors).toBe(1);
});

test('sizes that have to be asked for come with getStatsAsync', async () => {
  const slow = faultyTier(memory({ name: 'slow', maxEntries: 10 }), { async: true });
  const usage = vi.fn(async () => ({ entries: 7, maxEntries: 10 }));
  Object.assign(slow, { usage });
  const silent = faultyTier(memory({ name: 'silent' }), { async: true });
  Object.assign(silent, { usage: () => new Promise(() => {}) });
  const clock = manualClock();
  await using cache = createCache({ clock, tiers: [slow, silent] });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 5; at++) expect(monitor.getStats().tiers.slow?.usage).toBeUndefined();
  expect(usage).toHaveBeenCalledTimes(1);
  const asking = monitor.getStatsAsync();
  await clock.advanceAsync('2s');
  const { tiers } = await asking;
  expect(tiers.slow?.usage).toEqual({ entries: 7, maxEntries: 10 });
  expect(tiers.silent?.usage).toBeUndefined();
});
