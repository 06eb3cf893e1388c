import { expect, test } from 'vitest';
import { missRatioCurve } from '../../src/analysis/miss-ratio-curve.ts';
import { LatencyBook } from '../../src/latency/latency-book.ts';
import { CacheObserver } from '../../src/observe/cache-observer.ts';

const WATCH = 2 ** 20;

function stage(topKeys = 0): { observer: CacheObserver; latency: LatencyBook; closed: () => number } {
  const latency = new LatencyBook(10);
  let closed = 0;
  const observer = new CacheObserver({
    latency,
    topKeys,
    regions: () => 1,
    nearestTier: () => 'memory',
    seed: 0.5,
    onClosed: () => {
      closed++;
    },
  });
  return { observer, latency, closed: () => closed };
}

function lookUp(observer: CacheObserver, times: number): void {
  for (let at = 0; at < times; at++) observer.lookup('', `key:${at % 100}`);
}

test('keys are watched for a million lookups, then not for fifteen million, then again', () => {
  const { observer } = stage();
  const samples = (): number => observer.reuseOf('memory')?.samples ?? 0;
  lookUp(observer, WATCH);
  const watched = samples();
  expect(watched).toBeGreaterThan(WATCH / 64 / 2);
  lookUp(observer, 1000);
  const atRest = samples();
  lookUp(observer, 15 * WATCH - 2000);
  expect(samples()).toBe(atRest);
  lookUp(observer, 100_000);
  expect(samples()).toBeGreaterThan(atRest + 500);
  // The rest is not taken for time in which keys did not come: a hundred keys fit into a hundred entries.
  const { points } = missRatioCurve(observer.reuseOf('memory')!);
  expect(points.at(-1)?.entries).toBeLessThan(150);
});

test('entries that are stored while nobody watches are not taken for unused', () => {
  const { observer } = stage();
  lookUp(observer, WATCH + 100);
  for (let at = 0; at < 50; at++) observer.storing('', `new:${at}`, 1, { isLoaded: true });
  for (let at = 0; at < 50; at++) observer.lives.of('').left(`new:${at}`, 'size');
  expect(observer.lives.summary()).toMatchObject({ ended: 0, loads: 50 });
});

test('a large tier is watched for longer', () => {
  const { observer } = stage();
  observer.lookAsFarAs(1_000_000);
  lookUp(observer, 3 * WATCH);
  const before = observer.reuseOf('memory')?.samples ?? 0;
  lookUp(observer, 500_000);
  expect(observer.reuseOf('memory')?.samples).toBeGreaterThan(before + 300);
});

test('a sampled near hit counts for the lookups since the last sample', () => {
  const { observer, latency } = stage();
  let timed = 0;
  for (let at = 0; at < 10_000; at++) {
    if (!observer.lookup('', 'k')) continue;
    timed++;
    observer.nearHit('', 'memory', 'k', 0.5);
  }
  const { count, p50 } = latency.ofTier('memory', 0);
  expect(timed).toBeLessThan(64 + 10_000 / 24);
  expect(count).toBeGreaterThan(10_000 - 48);
  expect(count).toBeLessThanOrEqual(10_000);
  expect(p50).toBeCloseTo(0.5, 2);
});

test('near hits of different tiers are kept apart', () => {
  const { observer, latency } = stage();
  for (const tier of ['a', 'b', 'a', 'b']) {
    observer.lookup('', 'k');
    observer.nearHit('', tier, 'k', tier === 'a' ? 1 : 2);
  }
  expect(latency.ofTier('a', 0)).toMatchObject({ count: 2, max: 1 });
  expect(latency.ofTier('b', 0)).toMatchObject({ count: 2, max: 2 });
});

test('commands are counted, and those that failed', () => {
  const { observer, latency, closed } = stage();
  for (let at = 0; at < 5; at++) observer.command('redis', 'get', 1, at === 0);
  expect(observer.commands.get('redis')).toEqual({ commands: 5, failures: 1 });
  expect(latency.ofTier('redis', 0).operations.get?.count).toBe(5);
  observer.closed();
  expect(closed()).toBe(1);
});

test('top keys are counted only when they are wanted', () => {
  expect(stage().observer.traffic).toBeUndefined();
  const { observer } = stage(3);
  for (let at = 0; at < 1000; at++) observer.lookup('users', at % 2 === 0 ? 'hot' : `cold:${at}`);
  const [first] = observer.traffic?.top(1) ?? [];
  expect(first).toMatchObject({ region: 'users', key: 'hot' });
  expect(Math.abs((first?.weight ?? 0) - 500)).toBeLessThan(250);
});
