import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, counting, hear, loseFrom, twoTiers } from './setting.ts';

const negativeTtl = '10s';

describe('negative entries', () => {
  it('are kept for negativeTtl: the factory is not asked again', async () => {
    const { cache, clock } = aCache();
    const factory = counting(undefined, 'there');
    assert.equal(await cache.getOrSet('k', factory, { negativeTtl }), undefined);
    clock.advance(9_999);
    assert.equal(await cache.getOrSet('k', factory, { negativeTtl }), undefined);
    assert.equal(factory.runs, 1);
    clock.advance(1);
    assert.equal(await cache.getOrSet('k', factory, { negativeTtl }), 'there');
  });

  it('are no values: get answers undefined, has false', async () => {
    const { cache } = aCache({ negativeTtl });
    await cache.getOrSet('k', () => undefined);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.has('k'), false);
  });

  it('are shown by getEntry', async () => {
    const { cache, clock } = aCache({ negativeTtl, tags: ['t'] });
    await cache.getOrSet('k', () => undefined);
    const entry = await cache.getEntry('k');
    assert.equal(entry?.negative, true);
    assert.equal(entry.value, undefined);
    assert.equal(entry.expiresAt, clock.now() + 10_000);
    assert.deepEqual(entry.tags, ['t']);
  });

  it('are not deleted, touched or expired as values are', async () => {
    const { cache } = aCache({ negativeTtl });
    await cache.getOrSet('k', () => undefined);
    assert.equal(await cache.touch('k', '1h'), false);
    assert.equal(await cache.expire('k'), false);
    await cache.getOrSet('l', () => undefined);
    assert.equal(await cache.delete('l'), false);
    assert.equal(await cache.getEntry('l'), undefined);
  });

  it('end with expire', async () => {
    const { cache } = aCache({ negativeTtl });
    await cache.getOrSet('k', () => undefined);
    await cache.expire('k');
    assert.equal(await cache.getOrSet('k', () => 1), 1);
  });

  it('end with a set', async () => {
    const { cache } = aCache({ negativeTtl });
    await cache.getOrSet('k', () => undefined);
    await cache.set('k', 1);
    assert.equal(await cache.get('k'), 1);
  });

  it('end with their tags', async () => {
    const { cache } = aCache({ negativeTtl });
    await cache.getOrSet('k', () => undefined, { tags: ['t'] });
    await cache.invalidateTags(['t']);
    assert.equal(await cache.getOrSet('k', () => 1), 1);
  });

  it('are copied to nearer tiers with the time they have left', async () => {
    const { cache, clock, near } = twoTiers({ negativeTtl });
    await cache.getOrSet('k', () => undefined);
    loseFrom(near, 'k');
    clock.advance('6s');
    const factory = counting('there');
    assert.equal(await cache.getOrSet('k', factory), undefined);
    clock.advance('4s');
    assert.equal(await cache.getOrSet('k', factory), 'there');
  });

  it('have no stale windows', async () => {
    const { cache, clock } = aCache({ negativeTtl, staleWhileRevalidate: 60, staleIfError: 60 });
    await cache.getOrSet('k', () => undefined);
    clock.advance('10s');
    assert.equal(await cache.getEntry('k'), undefined);
    await assert.rejects(
      cache.getOrSet('k', () => Promise.reject(new Error('down'))),
      { message: 'down' },
    );
  });

  it('are hits to getOrSet and misses to get', async () => {
    const { cache } = aCache({ negativeTtl });
    await cache.getOrSet('k', () => undefined);
    const hits = hear(cache, 'hit');
    const misses = hear(cache, 'miss');
    await cache.getOrSet('k', () => 1);
    await cache.get('k');
    assert.deepEqual(
      hits.map(({ negative }) => negative),
      [true],
    );
    assert.equal(misses.length, 1);
  });

  it('take a stale value away: what the source no longer has is not served', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60, staleWhileRevalidate: 60 });
    await cache.set('k', 'old');
    clock.advance('11s');
    await cache.getOrSet('k', () => undefined);
    await clock.flush();
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.getEntry('k'), undefined);
  });

  it('do not come of that: without negativeTtl the factory is asked again at once', async () => {
    const { cache, clock } = twoTiers({ ttl: 10, staleIfError: 60 }, { far: { shared: true } });
    await cache.set('k', 'old');
    clock.advance('11s');
    const factory = counting<string | undefined>(undefined, undefined, 'there');
    // All who wait for one load get its answer.
    assert.deepEqual(await Promise.all([1, 2].map(() => cache.getOrSet('k', factory))), [undefined, undefined]);
    assert.equal(factory.runs, 1);
    assert.equal(await cache.getOrSet('k', factory), undefined);
    assert.equal(await cache.getOrSet('k', factory), 'there');
    assert.equal(cache.stats().negativeHits, 0);
  });

  it('do not come of that in a batch, nor in a sync load', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 60 });
    await cache.setMany({ k: 'old', l: 'old' });
    clock.advance('11s');
    await cache.getOrSetMany(['k'], () => ({}));
    cache.sync.getOrSet('l', () => undefined);
    for (const key of ['k', 'l']) assert.equal(await cache.getOrSet(key, () => 'there'), 'there');
  });
});
