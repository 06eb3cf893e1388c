import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, aTier, held, twoTiers } from './setting.ts';

describe('stats', () => {
  it('begin at nothing', () => {
    const { cache } = aCache();
    const { loadTime, tiers, ...counts } = cache.stats();
    assert.equal(loadTime, 0);
    assert.deepEqual(counts, {
      hits: 0,
      misses: 0,
      staleHits: 0,
      negativeHits: 0,
      sets: 0,
      deletes: 0,
      loads: 0,
      loadErrors: 0,
      joins: 0,
      fenced: 0,
      deferred: 0,
      errors: 0,
    });
    assert.deepEqual(tiers, { near: { hits: 0, misses: 0, errors: 0, size: 0 } });
  });

  it('count what is looked up: each key once, by whatever method', async () => {
    const { cache } = aCache();
    await cache.set('k', 1);
    await cache.get('k');
    await cache.get('x');
    await cache.getMany(['k', 'x', 'y']);
    await cache.getOrSet('k', () => 1);
    await cache.getOrSet('l', () => 1);
    await cache.getOrSetMany(['k', 'm'], () => ({ m: 1 }));
    cache.sync.get('k');
    const { hits, misses, sets, loads } = cache.stats();
    assert.deepEqual({ hits, misses, sets, loads }, { hits: 5, misses: 5, sets: 1, loads: 2 });
  });

  it('are not touched by has, getEntry, touch and expire', async () => {
    const { cache } = aCache({ staleWhileRevalidate: 10 });
    await cache.set('k', 1);
    const before = cache.stats();
    for (const key of ['k', 'x']) {
      await cache.has(key);
      await cache.getEntry(key);
      cache.sync.has(key);
      cache.sync.getEntry(key);
      await cache.touch(key, 10);
      await cache.expire(key);
    }
    assert.deepEqual(cache.stats(), before);
  });

  it('count stale hits among the hits', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 10 });
    await cache.set('k', 1);
    clock.advance('11s');
    await cache.get('k');
    await cache.getOrSet('k', () => 2);
    const { hits, staleHits, misses } = cache.stats();
    assert.deepEqual([hits, staleHits, misses], [2, 2, 0]);
  });

  it('count deletes by key', async () => {
    const { cache } = aCache();
    await cache.delete('k');
    await cache.deleteMany(['a', 'b', 'a']);
    assert.equal(cache.stats().deletes, 3);
  });

  it('count runs of factories, their failures, their time, and who joined', async () => {
    const { cache, clock } = aCache();
    const { factory, give } = held<number>();
    const callers = [cache.getOrSet('k', factory), cache.getOrSet('k', factory), cache.getOrSet('k', factory)];
    await clock.advanceAsync('3s');
    give(1);
    await Promise.all(callers);
    await assert.rejects(cache.getOrSet('l', () => Promise.reject(new Error('down'))));
    const { loads, loadErrors, loadTime, joins, misses } = cache.stats();
    assert.deepEqual(
      { loads, loadErrors, loadTime, joins, misses },
      {
        loads: 2,
        loadErrors: 1,
        loadTime: 3000,
        joins: 2,
        misses: 4,
      },
    );
  });

  it('count per tier', async () => {
    const { cache, far } = twoTiers();
    await cache.setMany({ a: 1, b: 2 });
    await cache.set('c', 3, { tiers: { near: { ttl: '1ms' } } });
    await cache.get('a');
    await cache.get('x');
    far.fail('get').once();
    await cache.get('y');
    const { tiers, errors } = cache.stats();
    assert.deepEqual(tiers.near, { hits: 1, misses: 2, errors: 0, size: 3 });
    assert.deepEqual(tiers.far, { hits: 0, misses: 1, errors: 1, size: undefined });
    assert.equal(errors, 1);
  });

  it('of the root add up its regions', async () => {
    const { cache } = aCache({ regions: { a: {}, b: {} } });
    await cache.set('k', 1);
    await cache.region('a').set('k', 1);
    await cache.region('a').get('k');
    await cache.region('b').get('k');
    const { hits, misses, sets, tiers } = cache.stats();
    assert.deepEqual({ hits, misses, sets, size: tiers.near?.size }, { hits: 1, misses: 1, sets: 2, size: 2 });
    const a = cache.region('a').stats();
    assert.deepEqual([a.hits, a.misses, a.sets, a.tiers.near?.size], [1, 0, 1, 1]);
  });

  it('tell tiers of one name apart', async () => {
    const { cache } = aCache({ regions: { a: { tiers: [aTier('near')] } } });
    await cache.set('k', 1);
    await cache.region('a').setMany({ k: 1, l: 1 });
    await cache.region('a').get('k');
    const { near, 'near@a': other } = cache.stats().tiers;
    assert.deepEqual([near?.size, near?.hits, other?.size, other?.hits], [1, 0, 2, 1]);
    assert.deepEqual(Object.keys(cache.region('a').stats().tiers), ['near']);
  });

  it('are a snapshot', async () => {
    const { cache } = aCache();
    const before = cache.stats();
    await cache.get('k');
    assert.equal(before.misses, 0);
  });
});

describe('getEntry', () => {
  it('writes nothing: no lease, either', async () => {
    const { cache, near } = twoTiers({ bus: false }, { near: { shared: true, async: true }, far: { shared: true } });
    await cache.getEntry('k');
    assert.deepEqual(
      near.calls.map(({ op }) => op),
      ['get'],
    );
  });

  it('shows an entry, with its times', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 10 });
    const createdAt = clock.now();
    await cache.set('k', { a: 1 }, { tags: ['t'] });
    clock.advance('12.5s');
    const entry = await cache.getEntry<{ a: number }>('k');
    assert.ok(entry !== undefined && entry.version > 0);
    const { version, ...shown } = entry;
    assert.deepEqual(shown, {
      value: { a: 1 },
      negative: false,
      tier: 'near',
      createdAt,
      expiresAt: createdAt + 10_000,
      age: 12.5,
      stale: true,
      tags: ['t'],
    });
  });

  it('has a greater version after each change', async () => {
    const { cache } = aCache({ staleWhileRevalidate: 10 });
    const versions: number[] = [];
    const note = async () => void versions.push((await cache.getEntry('k'))?.version ?? 0);
    await cache.set('k', 1);
    await note();
    await cache.set('k', 2);
    await note();
    await cache.touch('k', 10);
    await note();
    await cache.expire('k');
    await note();
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
    );
  });

  it('is never older than nothing, whatever the clock does', async () => {
    const { cache, clock } = aCache();
    await cache.set('k', 1);
    clock.step(-60_000);
    assert.equal((await cache.getEntry('k'))?.age, 0);
  });

  it('shows what only the error window keeps', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleIfError: 10 });
    await cache.set('k', 1);
    clock.advance('15s');
    assert.equal((await cache.getEntry('k'))?.stale, true);
    clock.advance('5s');
    assert.equal(await cache.getEntry('k'), undefined);
  });
});
