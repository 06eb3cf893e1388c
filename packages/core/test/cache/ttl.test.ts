import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Duration } from '../../src/index.ts';
import { aCache, aTier, counting, loseFrom, twoTiers } from './setting.ts';

describe('ttl', () => {
  it.each<[Duration, number]>([
    [1, 1000],
    [0.5, 500],
    [0.0005, 0.5],
    ['250ms', 250],
    ['0.5ms', 0.5],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['40d', 3_456_000_000],
    [40 * 86_400, 3_456_000_000],
  ])('of %s is %d ms', async (ttl, ms) => {
    const { cache, clock } = aCache();
    await cache.set('k', 1, { ttl });
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + ms);
    clock.advance(ms - 0.25);
    assert.equal(await cache.get('k'), 1);
    clock.advance(0.25);
    assert.equal(await cache.get('k'), undefined);
  });

  it('of Infinity never ends', async () => {
    const { cache, clock } = aCache({ jitter: 0.5 });
    await cache.set('k', 1, { ttl: Infinity });
    assert.equal((await cache.getEntry('k'))?.expiresAt, Infinity);
    clock.advance('10000d');
    assert.equal(await cache.get('k'), 1);
  });

  it('of the call goes before that of the region, and that before that of the cache', async () => {
    const { cache, clock } = aCache({ ttl: 30, regions: { plain: {}, brief: { ttl: 20 } } });
    const left = async (from: { getEntry: typeof cache.getEntry }) =>
      ((await from.getEntry('k'))?.expiresAt ?? 0) - clock.now();
    await cache.set('k', 1);
    await cache.region('plain').set('k', 1);
    await cache.region('brief').set('k', 1);
    assert.deepEqual(
      [await left(cache), await left(cache.region('plain')), await left(cache.region('brief'))],
      [30_000, 30_000, 20_000],
    );
    await cache.region('brief').set('k', 1, { ttl: 10 });
    assert.equal(await left(cache.region('brief')), 10_000);
  });

  it('is that of the default for an option that is undefined', async () => {
    const { cache, clock } = aCache({ ttl: 30 });
    await cache.set('k', 1, { ttl: undefined } as never);
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 30_000);
  });

  it('may be computed from value and key, once an entry', async () => {
    const { cache, clock } = aCache();
    const asked: unknown[] = [];
    const ttl = (value: { seconds: number }, key: string) => {
      asked.push([value, key]);
      return value.seconds;
    };
    await cache.set('a', { seconds: 10 }, { ttl });
    await cache.getOrSet('b', async () => ({ seconds: 20 }), { ttl });
    await cache.setMany({ c: { seconds: 30 } }, { ttl });
    const ends = await Promise.all(['a', 'b', 'c'].map(async (key) => (await cache.getEntry(key))?.expiresAt));
    assert.deepEqual(
      ends.map((end) => (end ?? 0) - clock.now()),
      [10_000, 20_000, 30_000],
    );
    assert.deepEqual(asked, [
      [{ seconds: 10 }, 'a'],
      [{ seconds: 20 }, 'b'],
      [{ seconds: 30 }, 'c'],
    ]);
  });

  it('may be computed by default', async () => {
    const { cache, clock } = aCache({ ttl: (_: unknown, key: string) => (key === 'short' ? '1s' : '1h') });
    await cache.setMany({ short: 1, long: 2 });
    clock.advance('1s');
    assert.deepEqual([...(await cache.getMany(['short', 'long'])).keys()], ['long']);
  });

  it.each([0, -1, Number.NaN, '10 min', undefined])('that is computed to be %s stores nothing', async (ttl) => {
    const { cache, near } = aCache();
    await assert.rejects(cache.set('k', 1, { ttl: () => ttl as Duration }), TypeError);
    await assert.rejects(cache.setMany({ k: 1 }, { ttl: () => ttl as Duration }), TypeError);
    assert.equal(near.calls.length, 0);
    await assert.rejects(
      cache.getOrSet('k', () => 1, { ttl: () => ttl as Duration }),
      TypeError,
    );
    assert.equal(await cache.getEntry('k'), undefined);
  });

  it('who comes when a value that is still being stored is over loads anew', async () => {
    const { cache, clock, far } = twoTiers({}, { far: { commandTimeoutMs: 60_000 } });
    const gate = far.hold(['set', 'leases.fill'], 'after');
    const factory = counting('old', 'new');
    const first = cache.getOrSet('k', factory, { ttl: 5 });
    await gate.reached;
    const joined = cache.getOrSet('k', factory, { ttl: 5 });
    await clock.advanceAsync('6s');
    const late = cache.getOrSet('k', factory, { ttl: 5 });
    await clock.flush();
    gate.release();
    await clock.advanceAsync('2s');
    assert.deepEqual(await Promise.all([first, joined, late]), ['old', 'old', 'new']);
    assert.equal(factory.runs, 2);
  });
});

describe('ttl in several tiers', () => {
  it('is the same absolute end in a copy', async () => {
    const { cache, clock, near } = twoTiers({ ttl: 10 });
    await cache.set('k', 1);
    loseFrom(near, 'k');
    clock.advance('9s');
    assert.equal(await cache.get('k'), 1);
    const copy = await cache.getEntry('k');
    assert.equal(copy?.tier, 'near');
    assert.equal(copy.age, 9);
    clock.advance('1s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('is bounded by the ttl of a tier, there', async () => {
    const { cache, clock, far } = twoTiers({ ttl: 10 }, { near: { ttlMs: 3_000 } });
    await cache.set('k', 1);
    clock.advance('3s');
    assert.equal((await cache.getEntry('k'))?.tier, 'far');
    assert.equal(await cache.get('k'), 1);
    clock.advance('2s');
    far.calls.length = 0;
    assert.equal(await cache.get('k'), 1);
    assert.equal(far.calls.length, 0);
    clock.advance('5s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('is bounded by the ttl of a tier for a touch as well', async () => {
    const { cache, clock } = aCache({ tiers: [aTier('only', { ttlMs: 3_000 })] });
    await cache.set('k', 1);
    assert.equal(await cache.touch('k', '1h'), true);
    clock.advance('3s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('is that of the override in the tier that it names', async () => {
    const { cache, clock } = twoTiers({ ttl: 10 });
    await cache.set('k', 1, { tiers: { near: { ttl: 2 } } });
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 2_000);
    clock.advance('2s');
    assert.equal((await cache.getEntry('k'))?.tier, 'far');
    assert.equal(await cache.get('k'), 1);
  });

  it('is that of the override in copies which that call makes', async () => {
    const { cache, clock, near } = twoTiers({ ttl: 10 });
    await cache.set('k', 1);
    loseFrom(near, 'k');
    await cache.getOrSet('k', () => 2, { tiers: { near: { ttl: 2 } } });
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 2_000);
    clock.advance('9s');
    await cache.getOrSet('k', () => 2, { tiers: { near: { ttl: 2 } } });
    clock.advance('1s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('is jittered in an override too', async () => {
    const { cache, clock } = twoTiers();
    clock.randoms([0]);
    await cache.set('k', 1, { jitter: 0.5, tiers: { near: { ttl: 10 } } });
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 5_000);
  });
});

describe('jitter', () => {
  it.each([
    [0, 270_000],
    [0.25, 285_000],
    [0.5, 300_000],
    [0.75, 315_000],
    [1 - 2 ** -53, 330_000],
  ])('of 0.1 makes of 300 s, by chance %d, %d ms', async (random, ms) => {
    const { cache, clock } = aCache();
    clock.randoms([random]);
    await cache.set('k', 1, { ttl: 300, jitter: 0.1 });
    assert.ok(Math.abs(((await cache.getEntry('k'))?.expiresAt ?? 0) - clock.now() - ms) < 0.001);
  });

  it('is symmetric and uniform, and never beyond its bounds', async () => {
    const { cache, clock } = aCache();
    const ends: number[] = [];
    for (let index = 0; index < 2_000; index++) {
      await cache.set('k', 1, { ttl: 300, jitter: 0.1 });
      ends.push(((await cache.getEntry('k'))?.expiresAt ?? 0) - clock.now());
    }
    assert.ok(Math.min(...ends) >= 270_000 && Math.max(...ends) <= 330_000);
    const quarters = [0, 0, 0, 0];
    for (const end of ends) quarters[Math.min(3, Math.floor((end - 270_000) / 15_000))]!++;
    assert.ok(
      quarters.every((count) => count > 420 && count < 580),
      quarters.join(),
    );
  });

  it('spreads the entries of one setMany', async () => {
    const { cache } = aCache({ jitter: 0.1 });
    await cache.setMany({ a: 1, b: 2 });
    assert.notEqual((await cache.getEntry('a'))?.expiresAt, (await cache.getEntry('b'))?.expiresAt);
  });

  it('is off by default, and can be turned off for a call', async () => {
    const { cache, clock } = aCache({ jitter: 1, ttl: 10 });
    await cache.set('k', 1, { jitter: 0 });
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 10_000);
  });
});
