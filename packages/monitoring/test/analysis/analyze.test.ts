import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import type { ManualClock } from '@uno-cache/core/testing';
import { faultyTier, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { expect, test } from 'vitest';
import { createMonitor } from '../../src/index.ts';

function stage(maxEntries = 100): { cache: Cache<'users'>; clock: ManualClock } {
  const clock = manualClock();
  const cache = createCache({ clock, tiers: [memory({ maxEntries })], ttl: '1h', regions: { users: {} } });
  return { cache, clock };
}

test('a window is really that window', async () => {
  const { cache, clock } = stage();
  const monitor = createMonitor(cache);
  await cache.set('a', 1);
  for (let at = 0; at < 10; at++) await cache.get('a');
  await clock.advanceAsync('10m');
  for (let at = 0; at < 5; at++) await cache.get('missing');
  const recent = monitor.analyzePerformance({ window: '5m' });
  expect(recent).toMatchObject({ lookups: 5, hitRates: { overall: 0, memory: 0 }, window: { isClipped: false } });
  expect(recent.latency.memory?.operations.get?.count).toBe(5);
  expect(recent.latency.memory?.operations.set?.count).toBe(0);
  const all = monitor.analyzePerformance({ window: '1h' });
  expect(all).toMatchObject({ lookups: 15, hitRates: { overall: 10 / 15 }, window: { isClipped: true } });
  expect(all.window.to - all.window.from).toBe(600_000);
  await cache.close();
});

test('without an option the window is five minutes', async () => {
  const { cache, clock } = stage();
  const monitor = createMonitor(cache);
  await clock.advanceAsync('20m');
  const { window } = monitor.analyzePerformance();
  expect(window.to - window.from).toBeGreaterThanOrEqual(300_000);
  expect(window.to - window.from).toBeLessThanOrEqual(305_000);
  await cache.close();
});

test('latencies have percentiles in milliseconds from the first lookup on', async () => {
  const { cache } = stage();
  const monitor = createMonitor(cache);
  await cache.set('a', 1);
  await cache.get('a');
  const { p50, p95, p99, max, count } = monitor.analyzePerformance().latency.memory!;
  expect(count).toBe(1);
  expect(p95).toBeGreaterThan(0);
  expect(p50).toBeLessThanOrEqual(p95);
  expect(p95).toBeLessThanOrEqual(p99);
  expect(p99).toBeLessThanOrEqual(max);
  expect(max).toBeLessThan(1000);
  await cache.close();
});

test('sampled hits stand for all hits', async () => {
  const { cache } = stage();
  const monitor = createMonitor(cache);
  await cache.set('a', 1);
  for (let at = 0; at < 10_000; at++) await cache.get('a');
  const { count } = monitor.analyzePerformance().latency.memory!;
  expect(Math.abs(count - 10_000)).toBeLessThanOrEqual(48);
  await cache.close();
});

test('a tier that nobody used has latencies of 0', async () => {
  const { cache } = stage();
  expect(createMonitor(cache).analyzePerformance().latency.memory).toEqual({
    count: 0,
    mean: 0,
    p50: 0,
    p95: 0,
    p99: 0,
    max: 0,
    operations: {},
  });
  await cache.close();
});

test('top keys by lookups and by the time of their loads, when asked for', async () => {
  const { cache, clock } = stage();
  const silent = createMonitor(cache);
  const monitor = createMonitor(cache, { topKeys: 2 });
  const slow = async (): Promise<number> => {
    clock.advance(500);
    return 1;
  };
  await cache.getOrSet('slow', slow);
  await cache.region('users').getOrSet('slower', async () => {
    clock.advance(900);
    return 1;
  });
  for (let at = 0; at < 2000; at++) {
    await cache.get('hot');
    if (at % 2 === 0) await cache.region('users').get('warm');
    await cache.get(`cold:${at}`);
  }
  expect(silent.analyzePerformance().topKeys).toBeUndefined();
  const { topKeys } = monitor.analyzePerformance();
  expect(topKeys?.missCost).toEqual([
    { region: 'users', key: 'slower', loads: 1, costMs: 900 },
    { region: '', key: 'slow', loads: 1, costMs: 500 },
  ]);
  expect(topKeys?.traffic.map(({ key }) => key)).toEqual(['hot', 'warm']);
  expect(topKeys?.traffic[0]?.lookups).toBeGreaterThan(1000);
  await cache.close();
});

test('negative answers, early evictions and large values', async () => {
  const clock = manualClock();
  const cache = createCache({
    clock,
    tiers: [memory({ maxEntries: 2, policy: 'lru' }), faultyTier(memory({ name: 'bytes' }))],
  });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 3; at++) await cache.getOrSet('none', () => undefined, { negativeTtl: '1m' });
  for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
  const analysis = monitor.analyzePerformance();
  expect(analysis.negativeShare).toBeCloseTo(2 / 3);
  expect(analysis.regions['']?.negativeShare).toBeCloseTo(2 / 3);
  expect(analysis.evictedBeforeExpiry).toBe(1);
  expect(analysis.largestValues).toEqual([]);
  await cache.close();
});

test('sizes of values are known where a tier keeps bytes', async () => {
  const { taggedJson } = await import('@uno-cache/core');
  await using cache = createCache({ tiers: [memory({ serializer: taggedJson })] });
  const monitor = createMonitor(cache);
  for (let at = 1; at <= 20; at++) await cache.set(`k${at}`, 'x'.repeat(at * 100));
  const { largestValues } = monitor.analyzePerformance();
  expect(largestValues).toHaveLength(10);
  expect(largestValues[0]).toMatchObject({ region: '', key: 'k20' });
  expect(largestValues[0]!.bytes).toBeGreaterThanOrEqual(2000);
});

test('what only a near tier evicts is not gone', async () => {
  await using cache = createCache({ tiers: [memory({ maxEntries: 2, policy: 'lru' }), memory({ name: 'far' })] });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 10; at++) await cache.set(`k${at}`, 1);
  expect(monitor.getStats().evictions.size).toBe(8);
  expect(monitor.analyzePerformance().life.ended).toBe(0);
  await cache.delete('k1');
  expect(monitor.analyzePerformance().life).toMatchObject({ ended: 1, oneHitWonders: 1 });
});

test('a wrong window is refused', async () => {
  const { cache } = stage();
  const monitor = createMonitor(cache);
  expect(() => monitor.analyzePerformance({ window: 'soon' as '1s' })).toThrow(TypeError);
  expect(() => monitor.analyzePerformance({ window: 0 })).toThrow(/window/);
  expect(() => monitor.analyzePerformance({ windows: 1 } as object)).toThrow(/"window"/);
  await cache.close();
});
