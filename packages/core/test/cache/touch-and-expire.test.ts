import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, held, twoTiers } from './setting.ts';

const down = () => Promise.reject(new Error('down'));

describe('touch', () => {
  it('lets the ttl begin anew from now', async () => {
    const { cache, clock } = aCache({ ttl: 10 });
    await cache.set('k', 'v');
    clock.advance('9s');
    assert.equal(await cache.touch('k', 30), true);
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 30_000);
    clock.advance('29s');
    assert.equal(await cache.get('k'), 'v');
    assert.equal(await cache.touch('k', '1ms'), true);
    clock.advance('1ms');
    assert.equal(await cache.get('k'), undefined);
  });

  it('may let it never end', async () => {
    const { cache, clock } = aCache({ ttl: 10 });
    await cache.set('k', 'v');
    await cache.touch('k', Infinity);
    clock.advance('1000d');
    assert.equal(await cache.get('k'), 'v');
  });

  it('answers false where there is nothing', async () => {
    const { cache, clock } = aCache({ ttl: 10 });
    assert.equal(await cache.touch('k', 30), false);
    await cache.set('k', 'v');
    clock.advance('10s');
    assert.equal(await cache.touch('k', 30), false);
    assert.equal(await cache.get('k'), undefined);
  });

  it('makes a stale value fresh again', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 20 });
    await cache.set('k', 'v');
    clock.advance('15s');
    assert.equal(await cache.touch('k', 10), true);
    assert.equal((await cache.getEntry('k'))?.stale, false);
    clock.advance('29s');
    assert.equal(await cache.get('k'), 'v');
  });

  it('holds in every tier', async () => {
    const { cache, clock } = twoTiers({ ttl: 10 });
    await cache.set('k', 'v');
    assert.equal(await cache.touch('k', 30), true);
    clock.advance('29s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('1s');
    assert.equal(await cache.get('k'), undefined);
  });
});

describe('expire', () => {
  it('deletes where there is no window', async () => {
    const { cache } = aCache();
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k'), true);
    assert.equal(await cache.getEntry('k'), undefined);
    assert.equal(await cache.expire('k'), false);
  });

  it('ends freshness now; the windows run from now', async () => {
    const { cache, clock } = aCache({ ttl: 60, staleWhileRevalidate: 10, staleIfError: 20 });
    await cache.set('k', 'v');
    clock.advance('30s');
    assert.equal(await cache.expire('k'), true);
    const entry = await cache.getEntry('k');
    assert.deepEqual([entry?.stale, entry?.expiresAt], [true, clock.now()]);
    clock.advance('9.9s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('100ms');
    assert.equal(await cache.get('k'), undefined);
    clock.advance('9.9s');
    assert.equal(await cache.getOrSet('k', down), 'v');
    clock.advance('100ms');
    await assert.rejects(cache.getOrSet('k', down));
  });

  it('never prolongs the windows of what is stale already', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 10 });
    await cache.set('k', 'v');
    clock.advance('15s');
    assert.equal(await cache.expire('k'), true);
    clock.advance('4.9s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('100ms');
    assert.equal(await cache.get('k'), undefined);
  });

  it('lets the next getOrSet refresh', async () => {
    const { cache, clock } = aCache({ staleWhileRevalidate: 60 });
    await cache.set('k', 'old');
    await cache.expire('k');
    assert.equal(await cache.getOrSet('k', () => 'new'), 'old');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });

  it('makes a load of the error window alone wait for its factory', async () => {
    const { cache } = aCache({ staleIfError: 60 });
    await cache.set('k', 'old');
    assert.equal(await cache.expire('k'), true);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.getOrSet('k', () => 'new'), 'new');
  });

  it('ends a value that never ended', async () => {
    const { cache, clock } = aCache({ ttl: Infinity, staleWhileRevalidate: 10 });
    await cache.set('k', 'v');
    await cache.expire('k');
    clock.advance('10s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('ends sliding', async () => {
    const { cache, clock } = aCache({ ttl: 10, sliding: true, staleWhileRevalidate: 5 });
    await cache.set('k', 'v');
    await cache.expire('k');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('5s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('holds in every tier', async () => {
    const { cache, clock } = twoTiers({ staleWhileRevalidate: 10 });
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k'), true);
    assert.equal((await cache.getEntry('k'))?.stale, true);
    clock.advance('10s');
    assert.equal(await cache.get('k'), undefined);
    await cache.set('l', 'v', { staleWhileRevalidate: 0 });
    assert.equal(await cache.expire('l'), true);
    assert.equal(await cache.getEntry('l'), undefined);
  });

  it('overtakes a load that is under way: what it gives is not kept', async () => {
    const { cache } = aCache();
    const { factory, give } = held<string>();
    const waiting = cache.getOrSet('k', factory);
    await cache.expire('k');
    const later = cache.getOrSet('k', () => 'new');
    give('old');
    assert.deepEqual([await waiting, await later], ['old', 'new']);
    assert.equal(await cache.get('k'), 'new');
  });
});
