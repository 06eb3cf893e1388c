import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache, SyncCache } from '../../src/index.ts';
import { aCache, aTier, counting, hear, held, loseFrom, twoTiers } from './setting.ts';

const calls: [string, (sync: SyncCache) => unknown][] = [
  ['get', (sync) => sync.get('k')],
  ['set', (sync) => sync.set('k', 1)],
  ['getOrSet', (sync) => sync.getOrSet('k', () => assert.fail('loaded'))],
  ['has', (sync) => sync.has('k')],
  ['delete', (sync) => sync.delete('k')],
  ['touch', (sync) => sync.touch('k', 1)],
  ['expire', (sync) => sync.expire('k')],
  ['getMany', (sync) => sync.getMany(['k'])],
  ['setMany', (sync) => sync.setMany({ k: 1 })],
  ['deleteMany', (sync) => sync.deleteMany(['k'])],
  ['getOrSetMany', (sync) => sync.getOrSetMany(['k'], () => assert.fail('loaded'))],
  ['invalidateTags', (sync) => sync.invalidateTags(['t'])],
  ['invalidatePattern', (sync) => sync.invalidatePattern('*')],
  ['clear', (sync) => sync.clear()],
  ['getEntry', (sync) => sync.getEntry('k')],
];

describe('cache.sync', () => {
  it('has the same methods, answering with values', () => {
    const { cache, clock } = aCache({ staleWhileRevalidate: 5 });
    const { sync } = cache;
    assert.equal(sync.set('k', 'v', { ttl: 10, tags: ['t'] }), undefined);
    assert.equal(sync.get('k'), 'v');
    assert.equal(sync.has('k'), true);
    assert.deepEqual([sync.getEntry('k')?.value, sync.getEntry('k')?.tags], ['v', ['t']]);
    assert.equal(sync.touch('k', 20), true);
    assert.equal(sync.getEntry('k')?.expiresAt, clock.now() + 20_000);
    assert.equal(sync.expire('k'), true);
    assert.equal(sync.getEntry('k')?.stale, true);
    assert.deepEqual(sync.invalidateTags(['t']), { done: ['near'], deferred: [] });
    assert.equal(sync.get('k'), undefined);
    sync.setMany(
      new Map([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]),
    );
    assert.deepEqual(
      [...sync.getMany(['b', 'x', 'a'])],
      [
        ['b', 2],
        ['a', 1],
      ],
    );
    assert.equal(sync.deleteMany(['a', 'x']), 1);
    assert.equal(sync.delete('b'), true);
    assert.deepEqual(sync.invalidatePattern('c'), { done: ['near'], deferred: [] });
    assert.deepEqual(sync.clear(), { done: ['near'], deferred: [] });
    assert.deepEqual(
      [...sync.getOrSetMany(['y', 'x'], (keys) => new Map(keys.map((key) => [key, key])))],
      [
        ['y', 'y'],
        ['x', 'x'],
      ],
    );
  });

  it('works over several tiers that answer at once, and over regions', () => {
    const [near, far] = [aTier('near'), aTier('far')];
    const { cache } = aCache({ tiers: [near, far], regions: { a: {} } });
    cache.region('a').sync.set('k', 1);
    loseFrom(near, 'k', { region: 'a' });
    assert.equal(cache.region('a').sync.get('k'), 1);
    assert.equal(cache.region('a').sync.getEntry('k')?.tier, 'near');
    assert.equal(cache.sync.get('k'), undefined);
  });

  it.each(calls)('%s is SYNC_UNSUPPORTED before anything is sent where a tier cannot', async (_, call) => {
    const { cache, near, far } = twoTiers();
    assert.throws(() => call(cache.sync), { code: 'SYNC_UNSUPPORTED' });
    assert.equal(near.calls.length + far.calls.length, 0);
    const own = aTier('own', { async: true });
    const mixed = aCache({ regions: { a: { tiers: [own] } } });
    mixed.cache.sync.set('k', 1);
    const before = mixed.near.calls.length;
    assert.throws(() => call(mixed.cache.region('a').sync), { code: 'SYNC_UNSUPPORTED' });
    assert.throws(() => mixed.cache.sync.clear(), { code: 'SYNC_UNSUPPORTED' });
    assert.equal(mixed.near.calls.length + own.calls.length, before);
    assert.equal(mixed.cache.sync.get('k'), 1);
  });

  it('sees what the other side does, and the other way round', async () => {
    const { cache } = aCache();
    cache.sync.set('k', 1);
    assert.equal(await cache.get('k'), 1);
    await cache.delete('k');
    assert.equal(cache.sync.get('k'), undefined);
  });
});

describe('cache.sync.getOrSet', () => {
  it('runs the factory for what is missing', () => {
    const { cache } = aCache();
    const factory = counting('a', 'b');
    assert.equal(cache.sync.getOrSet('k', factory), 'a');
    assert.equal(cache.sync.getOrSet('k', factory), 'a');
    assert.equal(factory.runs, 1);
  });

  it('takes a promise for the mistake that it is, whatever is stale', () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60 });
    assert.throws(() => cache.sync.getOrSet('k', async () => 1), TypeError);
    assert.throws(() => cache.sync.getOrSetMany(['k'], (async () => ({ k: 1 })) as never), TypeError);
    assert.equal(cache.sync.getEntry('k'), undefined);
    cache.sync.set('k', 'old');
    clock.advance('11s');
    assert.throws(() => cache.sync.getOrSet('k', async () => 1), TypeError);
    assert.equal(cache.sync.getEntry('k')?.value, 'old');
  });

  it('swallows no rejection of such a promise loudly', async () => {
    const { cache, clock } = aCache();
    assert.throws(() => cache.sync.getOrSet('k', () => Promise.reject(new Error('down'))), TypeError);
    await clock.flush();
  });

  it('throws what the factory threw', () => {
    const { cache } = aCache();
    const error = new Error('down');
    const factory = () => {
      throw error;
    };
    assert.throws(() => cache.sync.getOrSet('k', factory), error);
    assert.throws(() => cache.sync.getOrSetMany(['k', 'l'], factory), error);
    assert.equal(
      cache.sync.getOrSet('k', () => 'well again'),
      'well again',
    );
  });

  it('serves what is stale if the factory fails', () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60 });
    const errors = hear(cache, 'error');
    cache.sync.set('k', 'old');
    clock.advance('11s');
    const factory = () => {
      throw new Error('down');
    };
    assert.equal(cache.sync.getOrSet('k', factory), 'old');
    assert.deepEqual([...cache.sync.getOrSetMany(['k'], factory)], [['k', 'old']]);
    assert.equal(errors.length, 2);
    assert.equal(cache.stats().staleHits, 2);
  });

  it('refreshes a stale value itself', () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 60 });
    cache.sync.set('k', 'old');
    clock.advance('11s');
    assert.equal(
      cache.sync.getOrSet('k', () => 'new'),
      'new',
    );
  });

  it('serves what is stale while another load is under way', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 60 });
    cache.sync.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    assert.equal(await cache.getOrSet('k', factory), 'old');
    assert.equal(
      cache.sync.getOrSet('k', () => assert.fail('loaded')),
      'old',
    );
    give('new');
    await clock.flush();
    assert.equal(cache.sync.get('k'), 'new');
  });

  it('loads itself while another load is under way, if nothing is stale; the younger value stays', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<string>();
    const joined = cache.getOrSet('k', factory);
    assert.equal(
      cache.sync.getOrSet('k', () => 'sync'),
      'sync',
    );
    give('async');
    assert.equal(await joined, 'async');
    await clock.flush();
    assert.equal(await cache.get('k'), 'sync');
  });

  it('keeps undefined only as negativeTtl says', () => {
    const { cache } = aCache();
    const factory = counting(undefined, 1);
    assert.equal(cache.sync.getOrSet('k', factory), undefined);
    assert.equal(cache.sync.getEntry('k'), undefined);
    assert.equal(cache.sync.getOrSet('k', factory), 1);
    cache.sync.getOrSet('l', () => undefined, { negativeTtl: 10 });
    assert.equal(
      cache.sync.getOrSet('l', () => assert.fail('asked')),
      undefined,
    );
  });

  it('does not wait for its own key: FACTORY_FAILED', () => {
    const { cache } = aCache();
    const again = (): number => cache.sync.getOrSet('k', again);
    assert.throws(() => cache.sync.getOrSet('k', again), { code: 'FACTORY_FAILED' });
    assert.equal(
      cache.sync.getOrSet('k', () => cache.sync.getOrSet('l', () => 1)),
      1,
    );
  });

  it('stores what it can of a batch: a value that cannot be kept is no reason to lose the others', () => {
    const { cache } = aCache();
    const loader = (): Record<string, unknown> => ({ a: 1, b: () => 1, c: 3 });
    assert.throws(() => cache.sync.getOrSetMany(['a', 'b', 'c'], loader), { code: 'SERIALIZATION_FAILED' });
    assert.deepEqual([cache.sync.get('a'), cache.sync.get('b'), cache.sync.get('c')], [1, undefined, 3]);
  });

  it('is overtaken by what its factory does to its key', () => {
    const { cache } = aCache();
    const loaded = cache.sync.getOrSet('k', () => {
      cache.sync.set('k', 'newer');
      return 'older';
    });
    assert.deepEqual([loaded, cache.sync.get('k')], ['older', 'newer']);
  });

  it.each<[string, (sync: SyncCache) => unknown]>([
    ['a key', (sync) => sync.getOrSet(1 as never, () => assert.fail('asked'))],
    ['a factory', (sync) => sync.getOrSet('k', 'factory' as never)],
    ['an option', (sync) => sync.getOrSet('k', () => assert.fail('asked'), { ttl: -1 })],
    ['keys', (sync) => sync.getOrSetMany('k', () => assert.fail('asked'))],
    ['a loader', (sync) => sync.getOrSetMany(['k'], {} as never)],
    ['what a loader gives', (sync) => sync.getOrSetMany(['k'], () => [] as never)],
    ['a value', (sync) => sync.set('k', undefined)],
    ['values', (sync) => sync.setMany({ k: undefined })],
    ['a ttl', (sync) => sync.touch('k', 0)],
    ['tags', (sync) => sync.invalidateTags('t' as never)],
  ])('throws a TypeError for %s that is none', (_, call) => {
    const { cache } = aCache();
    assert.throws(() => call((cache as Cache<never>).sync), TypeError);
    assert.equal(cache.sync.getEntry('k'), undefined);
  });
});
