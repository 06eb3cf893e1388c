import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, hear, held, twoTiers } from './setting.ts';

describe('invalidatePattern', () => {
  it.each<[string, string[]]>([
    ['user:*', ['user:1', 'user:12', 'user:']],
    ['user:?', ['user:1']],
    ['*:1', ['user:1', 'post:1']],
    ['user:[0-9]?', ['user:12']],
    ['[^u]*', ['post:1', 'a*b']],
    ['a\\*b', ['a*b']],
    ['*', ['user:1', 'user:12', 'user:', 'post:1', 'a*b', '']],
    ['', ['']],
    ['nothing', []],
  ])('%s deletes %j', async (pattern, expected) => {
    const { cache } = aCache();
    const keys = ['user:1', 'user:12', 'user:', 'post:1', 'a*b', ''];
    await cache.setMany(keys.map((key) => [key, key] as const));
    assert.deepEqual(await cache.invalidatePattern(pattern), { done: ['near'], deferred: [] });
    const left = await cache.getMany(keys);
    assert.deepEqual(
      keys.filter((key) => !left.has(key)),
      expected,
    );
  });

  it('deletes in every tier', async () => {
    const { cache, far } = twoTiers();
    await cache.set('user:1', 1);
    const { done, deferred } = await cache.invalidatePattern('user:*');
    assert.deepEqual([[...done].sort(), deferred], [['far', 'near'], []]);
    assert.equal(await cache.get('user:1'), undefined);
    assert.equal(far.count('deletePattern'), 1);
  });

  it('names the tier that it could not reach', async () => {
    const { cache, far, clock } = twoTiers();
    await cache.set('user:1', 1);
    far.fail('deletePattern').once();
    const kept = hear(cache, 'deferred');
    assert.deepEqual(await cache.invalidatePattern('user:*'), { done: ['near'], deferred: ['far'] });
    assert.deepEqual(
      kept.map(({ tier }) => tier),
      ['far'],
    );
    assert.equal(await cache.get('user:1'), undefined);
    await clock.advanceAsync('10s');
    assert.equal(far.count('deletePattern'), 2);
    assert.equal(await cache.get('user:1'), undefined);
  });

  it('overtakes loads that match, and no others', async () => {
    const { cache } = aCache();
    const [user, post] = [held<string>(), held<string>()];
    const loads = [cache.getOrSet('user:1', user.factory), cache.getOrSet('post:1', post.factory)];
    await cache.invalidatePattern('user:*');
    user.give('old');
    post.give('v');
    assert.deepEqual(await Promise.all(loads), ['old', 'v']);
    assert.equal(await cache.get('user:1'), undefined);
    assert.equal(await cache.get('post:1'), 'v');
  });

  it.each([undefined, null, 1, /user/, ['user:*']])('refuses %s', async (pattern) => {
    const { cache, near } = aCache();
    await assert.rejects(cache.invalidatePattern(pattern as unknown as string), TypeError);
    assert.throws(() => cache.sync.invalidatePattern(pattern as unknown as string), TypeError);
    assert.equal(near.calls.length, 0);
  });
});

describe('clear', () => {
  it('deletes everything, negative and stale entries too', async () => {
    const { cache, clock } = aCache({ negativeTtl: 60, staleIfError: 60 });
    await cache.set('stale', 1, { ttl: 1 });
    await cache.getOrSet('nothing', () => undefined);
    await cache.set('tagged', 1, { tags: ['t'] });
    clock.advance('1s');
    assert.deepEqual(await cache.clear(), { done: ['near'], deferred: [] });
    for (const key of ['stale', 'nothing', 'tagged']) assert.equal(await cache.getEntry(key), undefined);
    assert.equal(cache.stats().tiers.near?.size, 0);
  });

  it('leaves the cache usable, tags and all', async () => {
    const { cache } = twoTiers();
    await cache.set('k', 1, { tags: ['t'] });
    await cache.clear();
    await cache.set('k', 2, { tags: ['t'] });
    assert.equal(await cache.get('k'), 2);
    await cache.invalidateTags(['t']);
    assert.equal(await cache.get('k'), undefined);
  });

  it('overtakes every load', async () => {
    const { cache } = aCache();
    const { factory, give } = held<string>();
    const joined = cache.getOrSet('k', factory);
    await cache.clear();
    const later = cache.getOrSet('k', () => 'new');
    give('old');
    assert.deepEqual([await joined, await later], ['old', 'new']);
    assert.equal(await cache.get('k'), 'new');
  });

  it('names the tier that it could not reach', async () => {
    const { cache, far } = twoTiers();
    await cache.set('k', 1);
    far.fail('clear');
    assert.deepEqual(await cache.clear(), { done: ['near'], deferred: ['far'] });
    assert.equal(await cache.get('k'), undefined);
  });
});
