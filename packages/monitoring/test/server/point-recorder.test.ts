import { setImmediate } from 'node:timers/promises';
import { manualClock } from '@uno-cache/core/testing';
import { expect, test, vi } from 'vitest';
import { PointRing } from '../../src/server/history.ts';
import { pointBetween } from '../../src/server/point.ts';
import type { Tick } from '../../src/server/point-recorder.ts';
import { PointRecorder } from '../../src/server/point-recorder.ts';
import { analysisOf, fakeMonitor, NO_TIMES, regionOf, statsOf, tierOf } from './fake-monitor.ts';

const FACTORY = { runs: 0, errors: 0, timeMs: 0, meanMs: 0 };

test('a point is what happened in between, by second', () => {
  const before = statsOf({ at: 1000, hits: 100, misses: 50, tiers: { memory: tierOf({ hits: 100, misses: 50 }) } });
  const now = statsOf({
    at: 3000,
    hits: 400,
    misses: 150,
    errors: 4,
    factory: { ...FACTORY, runs: 20 },
    evictions: { size: 6, refused: 2, expired: 1000 },
    tiers: {
      memory: tierOf({ hits: 400, misses: 150, usage: { entries: 50, maxEntries: 100, bytes: 9, maxBytes: 10 } }),
      late: tierOf({ hits: 0, misses: 10 }),
    },
  });
  const recent = analysisOf({
    latency: { memory: { ...NO_TIMES, count: 9, p50: 1, p95: 2.00049, p99: 3, operations: {} } },
  });
  expect(pointBetween(before, now, recent)).toEqual({
    at: 3000,
    lookups: 200,
    misses: 50,
    hitRate: 0.75,
    loads: 10,
    errors: 2,
    evictions: 4,
    tiers: {
      memory: { hits: 150, hitRate: 0.75, p50: 1, p95: 2, p99: 3, fill: 0.9 },
      late: { hits: 0, hitRate: 0, p50: null, p95: null, p99: null, fill: null },
    },
  });
});

test('where nothing was looked up there is no hit rate', () => {
  const stats = statsOf({ at: 1000, tiers: { memory: tierOf({}) } });
  const point = pointBetween(stats, { ...stats, at: 2000 }, analysisOf({}));
  expect([point.hitRate, point.lookups, point.tiers.memory?.hitRate]).toEqual([null, 0, null]);
});

test('the ring keeps the last points, by column; a tier that came later has nothing before', () => {
  const ring = new PointRing(2);
  const tier = { hits: 1, hitRate: 1, p50: 1, p95: 1, p99: 1, fill: 1 };
  const point = { lookups: 0, misses: 0, hitRate: null, loads: 0, errors: 0, evictions: 0 };
  ring.push({ ...point, at: 1, tiers: {} });
  ring.push({ ...point, at: 2, tiers: { memory: tier } });
  ring.push({ ...point, at: 3, tiers: { memory: tier, late: tier } });
  expect(ring.columns()).toMatchObject({
    at: [2, 3],
    hitRate: [null, null],
    tiers: { memory: { hits: [1, 1] }, late: { hits: [null, 1], fill: [null, 1] } },
  });
});

test('a point a second, until it is closed', () => {
  const clock = manualClock();
  const monitor = { ...fakeMonitor(), clock };
  const ticks: Tick[] = [];
  const recorder = new PointRecorder(
    monitor,
    (tick) => ticks.push(tick),
    () => false,
  );
  clock.advance(3000);
  expect(ticks).toHaveLength(3);
  expect(recorder.everything().history.at).toHaveLength(3);
  recorder.close();
  clock.advance(3000);
  expect(ticks).toHaveLength(3);
});

test('sizes that a tier has to be asked for are asked for now and then', async () => {
  const clock = manualClock();
  const monitor = { ...fakeMonitor(), clock };
  const unknown = statsOf({ size: { redis: undefined }, tiers: { redis: tierOf({ size: undefined }) } });
  const known = statsOf({ size: { redis: 7 }, tiers: { redis: tierOf({ size: 7, usage: { bytes: 9 } }) } });
  monitor.getStats = () => unknown;
  monitor.getStatsAsync = vi.fn(async () => known);
  const recorder = new PointRecorder(
    monitor,
    () => {},
    () => false,
  );
  clock.advance(4000);
  await setImmediate();
  expect(recorder.everything().stats).toMatchObject({
    size: { redis: 7 },
    tiers: { redis: { size: 7, usage: { bytes: 9 } } },
  });
  expect(monitor.getStatsAsync).toHaveBeenCalledTimes(1);
  monitor.getStatsAsync = vi.fn(() => Promise.reject(new Error('nobody there')));
  clock.advance(5000);
  await setImmediate();
  clock.advance(5000);
  await setImmediate();
  expect(monitor.getStatsAsync).toHaveBeenCalledTimes(2);
  expect(recorder.everything().stats.tiers.redis?.size).toBeUndefined();
  recorder.close();
});

test('each point counts from the one before', () => {
  const clock = manualClock();
  const monitor = { ...fakeMonitor(), clock };
  const start = clock.now();
  const hits = [0, 100, 150, 150, 150];
  monitor.getStats = () => statsOf({ at: clock.now(), hits: hits[Math.round((clock.now() - start) / 1000)] ?? 0 });
  const recorder = new PointRecorder(
    monitor,
    () => {},
    () => false,
  );
  clock.advance(3000);
  expect(recorder.everything().history.lookups).toEqual([100, 50, 0]);
  recorder.close();
});

test('a tier that does not answer is not asked twice at a time', () => {
  const clock = manualClock();
  const monitor = { ...fakeMonitor(), clock };
  monitor.getStatsAsync = vi.fn(() => Promise.withResolvers<never>().promise);
  const recorder = new PointRecorder(
    monitor,
    () => {},
    () => false,
  );
  clock.advance(30_000);
  expect(monitor.getStatsAsync).toHaveBeenCalledTimes(1);
  recorder.close();
});

test('whoever asks for everything gets an analysis that is not old', () => {
  const clock = manualClock();
  const monitor = { ...fakeMonitor(), clock };
  const recorder = new PointRecorder(
    monitor,
    () => {},
    () => false,
  );
  clock.advance(1000);
  monitor.analyzePerformance = () => analysisOf({ lookups: 7 });
  expect(recorder.everything().analysis.lookups).toBe(7);
  monitor.analyzePerformance = () => analysisOf({ lookups: 8 });
  expect(recorder.everything().analysis.lookups).toBe(7);
  recorder.close();
});

test('while somebody looks, how things are is found out every second', () => {
  const clock = manualClock();
  const monitor = { ...fakeMonitor(), clock };
  monitor.checkHealth = vi.fn(monitor.checkHealth);
  let isWatched = false;
  const recorder = new PointRecorder(
    monitor,
    () => {},
    () => isWatched,
  );
  clock.advance(3000);
  expect(monitor.checkHealth).not.toHaveBeenCalled();
  isWatched = true;
  clock.advance(3000);
  expect(monitor.checkHealth).toHaveBeenCalledTimes(3);
  recorder.close();
});

test('regions are told as they are', () => {
  const monitor = fakeMonitor();
  monitor.stats = statsOf({ regions: { profiles: regionOf({ hits: 3 }) } });
  const recorder = new PointRecorder(
    monitor,
    () => {},
    () => false,
  );
  expect(recorder.everything().stats.regions.profiles?.hits).toBe(3);
  recorder.close();
});
