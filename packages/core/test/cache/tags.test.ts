import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, counting, held, loseFrom, twoTiers } from './setting.ts';

describe('tags', () => {
  it('invalidate what carries one of them, and nothing else', async () => {
    const { cache } = aCache();
    await cache.set('a', 1, { tags: ['x'] });
    await cache.set('b', 2, { tags: ['x', 'y'] });
    await cache.set('c', 3, { tags: ['z'] });
    await cache.set('d', 4);
    assert.deepEqual(await cache.invalidateTags(['x']), { done: ['near'], deferred: [] });
    assert.deepEqual([...(await cache.getMany(['a', 'b', 'c', 'd'])).keys()], ['c', 'd']);
    await cache.invalidateTags(['y', 'z']);
    assert.deepEqual([...(await cache.getMany(['a', 'b', 'c', 'd'])).keys()], ['d']);
  });

  it('are gone for every method', async () => {
    const { cache } = aCache({ staleWhileRevalidate: 60, staleIfError: 60 });
    await cache.set('k', 'old', { tags: ['t'] });
    await cache.invalidateTags(['t']);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.has('k'), false);
    assert.equal((await cache.getMany(['k'])).size, 0);
    assert.equal(await cache.getEntry('k'), undefined);
    await cache.touch('k', '1h');
    assert.equal(await cache.get('k'), undefined);
    await assert.rejects(
      cache.getOrSet('k', () => Promise.reject(new Error('down'))),
      { message: 'down' },
    );
  });

  it('of the cache, the region and the call add up, each once', async () => {
    const { cache } = aCache({ tags: ['cache'], regions: { r: { tags: ['region', 'cache'] } } });
    const region = cache.region('r');
    await region.set('k', 1, { tags: ['call', 'call', 'region'] });
    assert.deepEqual((await region.getEntry('k'))?.tags, ['cache', 'region', 'call']);
    await cache.set('k', 1, { tags: ['call', 'call'] });
    assert.deepEqual((await cache.getEntry('k'))?.tags, ['cache', 'call']);
  });

  it('are those of the last set', async () => {
    const { cache } = aCache();
    await cache.set('k', 1, { tags: ['old'] });
    await cache.set('k', 2, { tags: ['new'] });
    await cache.invalidateTags(['old']);
    assert.equal(await cache.get('k'), 2);
    await cache.invalidateTags(['new']);
    assert.equal(await cache.get('k'), undefined);
  });

  it('can be used again after they were invalidated', async () => {
    const { cache } = aCache();
    await cache.invalidateTags(['t']);
    await cache.set('k', 1, { tags: ['t'] });
    assert.equal(await cache.get('k'), 1);
    await cache.invalidateTags(['t']);
    assert.equal(await cache.get('k'), undefined);
  });

  it('never change the arrays that they were given in', async () => {
    const { cache } = aCache();
    const tags: string[] = ['a'];
    for (const key of ['u0', 'u1', 'u2']) {
      await cache.getOrSet(
        key,
        ({ setTags }) => {
          setTags([key]);
          return 1;
        },
        { tags },
      );
    }
    assert.deepEqual(tags, ['a']);
    assert.deepEqual((await cache.getEntry('u2'))?.tags, ['a', 'u2']);
    await cache.set('k', 1, { tags });
    tags.push('later');
    assert.deepEqual((await cache.getEntry('k'))?.tags, ['a']);
  });

  it.each([' ', '__proto__', 'a:b', 'a,b', '💥', '*', 't'.repeat(300)])('may be %j', async (tag) => {
    const { cache } = aCache();
    await cache.set('k', 1, { tags: [tag] });
    await cache.set('l', 1, { tags: [`${tag}x`] });
    await cache.invalidateTags([tag]);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.get('l'), 1);
  });

  it('reach copies in near tiers, and what far tiers still have', async () => {
    const { cache, near } = twoTiers();
    await cache.set('k', 1, { tags: ['t'] });
    await cache.set('l', 1, { tags: ['t'] });
    loseFrom(near, 'l');
    assert.deepEqual(await cache.invalidateTags(['t']), { done: ['near', 'far'], deferred: [] });
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.get('l'), undefined);
  });

  it('cost the same however many entries carry them', async () => {
    const { cache, near } = aCache();
    for (let index = 0; index < 100; index++) await cache.set(`k${index}`, index, { tags: ['t'] });
    near.calls.length = 0;
    await cache.invalidateTags(['t']);
    assert.equal(near.calls.length, 1);
    assert.equal(await cache.get('k42'), undefined);
  });

  it('live longer in the tier than what carries them, however its end was found', async () => {
    const { cache, clock, near } = aCache({ tags: ['t'], ttl: '1m' });
    const until = () => near.calls.findLast(({ op }) => op === 'versions.ensure')?.args[1] as number;
    const end = async (key: string) => (await cache.getEntry(key))?.expiresAt ?? 0;
    await cache.set('set', 1, { ttl: '5h', jitter: 0.5 });
    assert.ok(until() >= (await end('set')));
    await cache.getOrSet('loaded', () => {
      clock.advance('50s');
      return 1;
    });
    assert.ok(until() >= (await end('loaded')));
    await cache.getOrSet('longer', ({ setTtl }) => {
      setTtl('30d');
      return 1;
    });
    assert.ok(until() >= (await end('longer')));
    await cache.getOrSet('nothing', () => undefined, { negativeTtl: '9d' });
    assert.ok(until() >= (await end('nothing')));
    await cache.set('slides', 1, { sliding: true });
    assert.equal(until(), Infinity);
    await cache.set('computed', 1, { ttl: () => '100d' });
    assert.ok(until() >= (await end('computed')));
    await cache.set('touched', 1, { staleIfError: '1d' });
    await cache.touch('touched', '7d');
    assert.ok(until() >= (await end('touched')) + 86_400_000);
  });

  it('are not asked for by a touch of what has none, or is not there', async () => {
    const { cache, near } = aCache();
    await cache.set('k', 1);
    await cache.touch('k', '7d');
    await cache.touch('nothing', '7d');
    assert.equal(near.count('versions.ensure'), 0);
  });

  it('that nobody named change nothing', async () => {
    const { cache } = aCache();
    await cache.set('k', 1, { tags: ['t'] });
    await cache.invalidateTags([]);
    await cache.invalidateTags(['other']);
    assert.equal(await cache.get('k'), 1);
  });

  it('cost untagged entries nothing', async () => {
    const { cache, near } = aCache();
    await cache.set('k', 1);
    await cache.get('k');
    assert.deepEqual(
      near.calls.map(({ op }) => op),
      ['set', 'get'],
    );
  });
});

describe('tags of loads under way', () => {
  it('keep what is being loaded from being stored, and later callers from joining', async () => {
    const { cache } = aCache();
    const { factory, give } = held<string>();
    const joined = cache.getOrSet('k', factory, { tags: ['t'] });
    await cache.invalidateTags(['t']);
    const later = cache.getOrSet('k', () => 'new', { tags: ['t'] });
    give('old');
    assert.deepEqual([await joined, await later], ['old', 'new']);
    assert.equal(await cache.get('k'), 'new');
  });

  it('do so too when the factory names them', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<string>();
    const joined = cache.getOrSet('k', async ({ setTags }) => {
      const value = await factory();
      setTags(['t']);
      return value;
    });
    await cache.invalidateTags(['t']);
    give('old');
    assert.equal(await joined, 'old');
    await clock.flush();
    assert.equal(await cache.get('k'), undefined);
  });

  it('do so in a batch', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<Record<string, string>>();
    const joined = cache.getOrSetMany(['a', 'b'], factory, { tags: ['t'] });
    await cache.invalidateTags(['t']);
    give({ a: 'old', b: 'old' });
    await joined;
    await clock.flush();
    assert.equal((await cache.getMany(['a', 'b'])).size, 0);
  });

  it('leave other loads alone', async () => {
    const { cache } = aCache();
    const { factory, give } = held<string>();
    const joined = cache.getOrSet('k', factory, { tags: ['t'] });
    await cache.invalidateTags(['other']);
    const other = counting('second');
    const later = cache.getOrSet('k', other);
    give('v');
    assert.deepEqual([await joined, await later], ['v', 'v']);
    assert.equal(await cache.get('k'), 'v');
    assert.equal(other.runs, 0);
  });
});
