import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { CacheEventName } from '../../src/index.ts';
import { CACHE_EVENTS, createCache } from '../../src/index.ts';
import { localBus } from '../../src/testing/index.ts';
import { aCache, aTier, hear, held, twoTiers } from './setting.ts';

const root = { cache: 'cache', region: '' };

describe('events', () => {
  it('hit: key, tier, whether stale or negative', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 10, negativeTtl: 10 });
    await cache.set('k', 1);
    await cache.getOrSet('n', () => undefined);
    const heard = hear(cache, 'hit');
    await cache.get('k');
    cache.sync.get('k');
    await cache.getOrSet('n', () => 1);
    clock.advance('11s');
    await cache.getMany(['k']);
    const hit = { ...root, key: 'k', tier: 'near', stale: false, negative: false };
    assert.deepEqual(heard, [hit, hit, { ...hit, key: 'n', negative: true }, { ...hit, stale: true }]);
  });

  it('miss: key', async () => {
    const { cache } = aCache();
    const heard = hear(cache, 'miss');
    await cache.get('a');
    await cache.getMany(['b']);
    await cache.getOrSet('c', () => 1);
    await cache.getOrSetMany(['d'], () => ({ d: 1 }));
    cache.sync.getOrSet('e', () => 1);
    await assert.rejects(cache.getOrSet('f', () => Promise.reject(new Error('down'))));
    assert.deepEqual(
      heard,
      ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({ ...root, key })),
    );
  });

  it('set and delete: what callers do, not what loads store', async () => {
    const { cache } = aCache();
    const [sets, deletes] = [hear(cache, 'set'), hear(cache, 'delete')];
    await cache.set('a', 1);
    await cache.setMany({ b: 1 });
    await cache.getOrSet('c', () => 1);
    await cache.delete('a');
    await cache.deleteMany(['b', 'x']);
    assert.deepEqual(sets, [
      { ...root, key: 'a' },
      { ...root, key: 'b' },
    ]);
    assert.deepEqual(deletes, [
      { ...root, key: 'a', existed: true },
      { ...root, key: 'b', existed: true },
      { ...root, key: 'x', existed: false },
    ]);
  });

  it('invalidate: what, by whom, and which tiers did it', async () => {
    const { cache, far } = twoTiers();
    const heard = hear(cache, 'invalidate');
    await cache.invalidateTags(['t', 'u']);
    await cache.invalidatePattern('a*');
    far.fail('clear').once();
    await cache.clear();
    const base = { ...root, remote: false };
    assert.deepEqual(
      heard.map((each) => ({ ...each, done: [...each.done].sort() })),
      [
        { ...base, kind: 'tags', target: ['t', 'u'], done: ['far', 'near'], deferred: [] },
        { ...base, kind: 'pattern', target: ['a*'], done: ['far', 'near'], deferred: [] },
        { ...base, kind: 'clear', target: [], done: ['near'], deferred: ['far'] },
      ],
    );
  });

  it('invalidate: what another process did', async () => {
    const bus = localBus();
    const shared = aTier('shared', { shared: true });
    const here = aCache({ namespace: 'n', tiers: [aTier('a'), shared], bus: bus.fork() });
    const there = createCache({ name: 'there', namespace: 'n', tiers: [aTier('b'), shared], bus });
    const heard = hear(here.cache, 'invalidate');
    await there.set('k', 1);
    await there.invalidatePattern('x*');
    await there.close();
    assert.deepEqual(
      heard.map(({ kind, target, remote, cache }) => ({ kind, target, remote, cache })),
      [
        { kind: 'key', target: ['k'], remote: true, cache: 'cache' },
        { kind: 'pattern', target: ['x*'], remote: true, cache: 'cache' },
      ],
    );
  });

  it('load: keys, how long it took, and what it failed with', async () => {
    const { cache, clock } = aCache();
    const heard = hear(cache, 'load');
    const { factory, give } = held<number>();
    const waiting = cache.getOrSet('k', factory);
    await clock.advanceAsync('2s');
    give(1);
    await waiting;
    const error = new Error('down');
    await assert.rejects(cache.getOrSetMany(['a', 'b'], () => Promise.reject(error)));
    assert.deepEqual(heard, [
      { ...root, keys: ['k'], durationMs: 2000, background: false },
      { ...root, keys: ['a', 'b'], durationMs: 0, background: false, error },
    ]);
  });

  it('fenced: a loaded value that was not stored', async () => {
    const { cache } = aCache();
    const heard = hear(cache, 'fenced');
    const { factory, give } = held<number>();
    const waiting = cache.getOrSet('k', factory);
    await cache.delete('k');
    give(1);
    await waiting;
    assert.deepEqual(heard, [{ ...root, key: 'k' }]);
    assert.equal(cache.stats().fenced, 1);
  });

  it('deferred and delivered: an invalidation that a tier did not confirm', async () => {
    const { cache, clock, far } = twoTiers();
    const [deferred, delivered] = [hear(cache, 'deferred'), hear(cache, 'delivered')];
    await cache.set('k', 1);
    far.fail('delete').once();
    assert.equal(await cache.delete('k'), true);
    assert.deepEqual(deferred, [{ ...root, tier: 'far', kept: 1 }]);
    assert.equal(await cache.get('k'), undefined);
    await clock.advanceAsync('5s');
    assert.deepEqual(delivered, [{ ...root, tier: 'far', count: 1 }]);
    assert.equal(cache.stats().deferred, 1);
  });

  it('error: what failed where, with its cause', async () => {
    const { cache, far } = twoTiers();
    const heard = hear(cache, 'error');
    const cause = new Error('no route to host');
    far.fail('get', cause).once();
    assert.equal(await cache.get('k'), undefined);
    assert.equal(heard.length, 1);
    const { error, ...subject } = heard[0] as (typeof heard)[number];
    assert.deepEqual([error.code, error.cause], ['TIER_FAILED', cause]);
    assert.deepEqual(subject, { ...root, operation: 'get', key: 'k', tier: 'far' });
  });

  it('breaker: a tier that is skipped, and asked again', async () => {
    const { cache, clock, far } = twoTiers();
    const heard = hear(cache, 'breaker');
    far.fail();
    for (let turn = 0; turn < 3; turn++) await cache.get('k');
    far.heal();
    await clock.advanceAsync('10s');
    assert.deepEqual(
      heard.map(({ tier, state }) => [tier, state]),
      [
        ['far', 'open'],
        ['far', 'closed'],
      ],
    );
  });

  it('bus-gap: what near tiers held is dropped', async () => {
    const bus = localBus({ name: 'line' });
    const near = aTier('near');
    const { cache } = aCache({ tiers: [near, aTier('far', { shared: true })], bus });
    const heard = hear(cache, 'bus-gap');
    bus.gap('cut');
    assert.deepEqual(heard, [{ ...root, bus: 'line', reason: 'cut' }]);
    assert.equal(near.count('clear'), 1);
  });

  it('of a region are heard on the root, and not by its siblings', async () => {
    const { cache } = aCache({ name: 'shop', regions: { a: {}, b: {} } });
    const heard = [hear(cache, 'set'), hear(cache.region('a'), 'set'), hear(cache.region('b'), 'set')];
    await cache.region('a').set('k', 1);
    const event = { cache: 'shop', region: 'a', key: 'k' };
    assert.deepEqual(heard, [[event], [event], []]);
  });

  it('of the root are not heard in regions', async () => {
    const { cache } = aCache({ regions: { a: {} } });
    const heard = [hear(cache.region('a'), 'set'), hear(cache.region('a'), 'hit')];
    await cache.set('k', 1);
    await cache.get('k');
    assert.deepEqual(heard, [[], []]);
  });
});

describe('on', () => {
  it('gives back what takes the listener away', async () => {
    const { cache } = aCache();
    let heard = 0;
    const listener = (): void => void heard++;
    const [off, offToo] = [cache.on('hit', listener), cache.on('hit', listener)];
    await cache.set('k', 1);
    await cache.get('k');
    assert.equal(heard, 2);
    off();
    off();
    await cache.get('k');
    assert.equal(heard, 3);
    offToo();
    await cache.get('k');
    assert.equal(heard, 3);
  });

  it('survives a listener that throws, and tells of it', async () => {
    const { cache } = aCache();
    const errors = hear(cache, 'error');
    const after = hear(cache, 'set');
    const thrown = new Error('listener');
    cache.on('set', () => {
      throw thrown;
    });
    const later = hear(cache, 'set');
    cache.on('error', () => {
      throw thrown;
    });
    await cache.set('k', 1);
    assert.equal(await cache.get('k'), 1);
    assert.deepEqual(
      errors.map(({ error }) => [error.code, error.cause]),
      [['LISTENER_FAILED', thrown]],
    );
    assert.deepEqual([after.length, later.length], [1, 1]);
  });

  it('survives an async listener that throws, and tells of it', async () => {
    const { cache, clock } = aCache();
    const errors = hear(cache, 'error');
    const thrown = new Error('listener');
    const failing = async (): Promise<void> => {
      throw thrown;
    };
    cache.on('set', failing);
    cache.on('error', failing);
    await cache.set('k', 1);
    await clock.flush();
    assert.deepEqual(
      errors.map(({ error }) => [error.code, error.cause]),
      [['LISTENER_FAILED', thrown]],
    );
  });

  it('knows the names of all events, and refuses others', () => {
    const { cache } = aCache();
    for (const event of CACHE_EVENTS) cache.on(event, () => {})();
    assert.throws(() => cache.on('hits' as CacheEventName, () => {}), { name: 'TypeError', message: /"hit"/ });
    assert.throws(() => cache.on(undefined as never, () => {}), TypeError);
    assert.throws(() => cache.on('hit', 'listener' as never), TypeError);
  });
});
