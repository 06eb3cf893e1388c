import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { expect, test } from 'vitest';
import { createMonitor } from '../../src/index.ts';

test('a tier that is too small is to be made larger, and gains about what is said', async () => {
  const hitRateWith = async (maxEntries: number): Promise<{ hitRate: number; texts: string[] }> => {
    await using cache = createCache({ tiers: [memory({ maxEntries, policy: 'lru' })] });
    const monitor = createMonitor(cache);
    let state = 7;
    for (let at = 0; at < 150_000; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const key = `key:${Math.floor(5000 ** (state / 2 ** 32))}`;
      if (cache.sync.get(key) === undefined) cache.sync.set(key, 1);
    }
    const { advice, hitRates } = monitor.analyzePerformance();
    return { hitRate: hitRates.overall, texts: advice.map(({ text }) => text) };
  };
  const [small, twice] = [await hitRateWith(200), await hitRateWith(400)];
  const text = small.texts.find((each) => each.includes('raising'));
  expect(text).toMatch(
    /^Tier memory: raising maxEntries from 200 to 400 would add about \d+(\.\d)? points of hit rate\.$/,
  );
  const told = Number(/about ([\d.]+) points/.exec(text!)?.[1]);
  expect(Math.abs(told - 100 * (twice.hitRate - small.hitRate))).toBeLessThan(3);
});

test('a tier that is much too large may be made smaller', async () => {
  await using cache = createCache({ tiers: [memory({ maxEntries: 1000 })] });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 1000; at++) cache.sync.set(`once:${at}`, 1);
  for (let at = 0; at < 100_000; at++)
    cache.sync.get(`hot:${(at * 7) % 20}`) ?? cache.sync.set(`hot:${(at * 7) % 20}`, 1);
  const [advice] = monitor.analyzePerformance().advice;
  expect(advice).toMatchObject({ kind: 'lower-max-entries', tier: 'memory' });
  expect(advice?.text).toContain('lowering maxEntries from 1,000 to 500 would cost only about 0 points');
});

test('a TTL after which nothing has changed can be longer', async () => {
  const clock = manualClock();
  await using cache = createCache({
    clock,
    tiers: [memory()],
    regions: { profiles: { ttl: '10s' }, prices: { ttl: '10s' } },
  });
  const monitor = createMonitor(cache);
  for (let round = 0; round < 30; round++) {
    for (let key = 0; key < 10; key++) {
      await cache.region('profiles').getOrSet(`p:${key}`, () => ({ name: key < 5 ? 'same' : round }));
      await cache.region('prices').getOrSet(`p:${key}`, () => round);
    }
    clock.advance('11s');
  }
  const advice = monitor.analyzePerformance().advice.filter(({ kind }) => kind === 'longer-ttl');
  expect(advice).toEqual([
    {
      kind: 'longer-ttl',
      region: 'profiles',
      text: '48 % of loads return the value that had just expired: the TTL of region profiles can be longer.',
    },
  ]);
});

test('where entries end by their time, more room is not promised to help', async () => {
  const adviceWith = async (ttl: '1ms' | '1h'): Promise<string[]> => {
    const clock = manualClock();
    await using cache = createCache({ clock, tiers: [memory({ maxEntries: 200, policy: 'lru' })], ttl });
    const monitor = createMonitor(cache, { interval: '1h' });
    let state = 7;
    for (let at = 0; at < 60_000; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const key = `key:${Math.floor(5000 ** (state / 2 ** 32))}`;
      if (cache.sync.get(key) === undefined) cache.sync.set(key, 1);
      if (at % 4 === 0) clock.advance(1);
    }
    return monitor.analyzePerformance().advice.map(({ kind }) => kind);
  };
  expect(await adviceWith('1h')).toContain('raise-max-entries');
  expect(await adviceWith('1ms')).not.toContain('raise-max-entries');
});

test('a policy that does better than LRU is not promised what it has already', async () => {
  await using cache = createCache({ tiers: [memory({ maxEntries: 1000 })] });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 150_000; at++) {
    if (cache.sync.get(`k:${at % 1500}`) === undefined) cache.sync.set(`k:${at % 1500}`, 1);
  }
  const { advice, hitRates } = monitor.analyzePerformance();
  expect(hitRates.overall).toBeGreaterThan(0.3);
  const text = advice.find(({ kind }) => kind === 'raise-max-entries')?.text ?? '';
  const told = Number(/about ([\d.]+) points/.exec(text)?.[1]);
  expect(told).toBeGreaterThan(10);
  expect(told).toBeLessThan(100 * (1 - hitRates.overall) + 0.1);
});

test('nothing is said of the room of a cache that nobody used lately', async () => {
  const clock = manualClock();
  await using cache = createCache({ clock, tiers: [memory({ maxEntries: 200, policy: 'lru' })] });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 60_000; at++) cache.sync.get(`k:${at % 100}`) ?? cache.sync.set(`k:${at % 100}`, 1);
  for (let at = 0; at < 200; at++) cache.sync.set(`once:${at}`, 1);
  expect(monitor.analyzePerformance().advice.map(({ kind }) => kind)).toEqual(['lower-max-entries']);
  await clock.advanceAsync('10m');
  expect(monitor.analyzePerformance().advice).toEqual([]);
});

test('a cache that does well hears nothing', async () => {
  await using cache = createCache({ tiers: [memory({ maxEntries: 1000 })] });
  const monitor = createMonitor(cache);
  for (let at = 0; at < 50_000; at++) await cache.getOrSet(`k:${(at * 31) % 300}`, () => 1);
  expect(monitor.analyzePerformance().advice).toEqual([]);
});
