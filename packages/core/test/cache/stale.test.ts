import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { FactoryContext } from '../../src/index.ts';
import { aCache, counting, hear, held, twoTiers } from './setting.ts';

describe('staleWhileRevalidate', () => {
  const windows = { ttl: 10, staleWhileRevalidate: 20 };

  it('lets every read answer with the value after its ttl', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('29.9s');
    assert.equal(await cache.get('k'), 'old');
    assert.equal(await cache.has('k'), true);
    assert.deepEqual([...(await cache.getMany(['k']))], [['k', 'old']]);
    assert.equal((await cache.getEntry('k'))?.stale, true);
    assert.equal(cache.stats().staleHits, 2);
    clock.advance('100ms');
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.has('k'), false);
    assert.equal((await cache.getMany(['k'])).size, 0);
  });

  it('answers getOrSet at once, and refreshes behind it, once', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    let runs = 0;
    const load = () => {
      runs++;
      return factory();
    };
    assert.deepEqual(await Promise.all([cache.getOrSet('k', load), cache.getOrSet('k', load)]), ['old', 'old']);
    assert.equal(await cache.getOrSet('k', load), 'old');
    assert.equal(await cache.get('k'), 'old');
    give('new');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
    assert.equal((await cache.getEntry('k'))?.stale, false);
    assert.equal(runs, 1);
  });

  it('makes callers wait for the refresh when the window is over', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, give } = held<string>();
    assert.equal(await cache.getOrSet('k', factory), 'old');
    clock.advance('20s');
    const waiting = cache.getOrSet('k', () => 'another');
    give('new');
    assert.equal(await waiting, 'new');
  });

  it('leaves nobody waiting who comes as the refresh ends, when the window is over', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const { cache, clock } = aCache(windows);
      await cache.set('k', 'old');
      clock.advance('11s');
      const { factory, give } = held<string>();
      const unstored = ({ skip }: FactoryContext) => {
        skip();
        return factory();
      };
      assert.equal(await cache.getOrSet('k', unstored), 'old');
      clock.advance('20s');
      give('new');
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      assert.ok(['new', 'newer'].includes(await cache.getOrSet('k', () => 'newer')));
    }
  });

  it('keeps the value when the refresh fails, and tells of it', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('11s');
    const loads = hear(cache, 'load');
    const errors = hear(cache, 'error');
    const error = new Error('down');
    assert.equal(await cache.getOrSet('k', () => Promise.reject(error)), 'old');
    await clock.flush();
    assert.equal(await cache.get('k'), 'old');
    assert.equal(loads[0]?.error, error);
    assert.equal(loads[0]?.background, true);
    assert.deepEqual(
      errors.map((each) => [each.error.code, each.error.cause, each.key]),
      [['FACTORY_FAILED', error, 'k']],
    );
    assert.equal(await cache.getOrSet('k', () => 'new'), 'old');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });

  it('does not serve from a near tier what the far one has afresh', async () => {
    const { cache, clock } = twoTiers(windows);
    await cache.set('k', 'v', { ttl: 100, tiers: { near: { ttl: 1 } } });
    clock.advance('2s');
    assert.equal((await cache.getEntry('k'))?.stale, false);
    assert.equal(await cache.get('k'), 'v');
    assert.equal(cache.stats().staleHits, 0);
  });

  it('does not begin anew when a near tier copies', async () => {
    const { cache, clock } = twoTiers(windows, { near: { ttlMs: 5_000 } });
    await cache.set('k', 'v');
    clock.advance('9s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('20.9s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('100ms');
    assert.equal(await cache.get('k'), undefined);
  });
});

describe('staleIfError', () => {
  const windows = { ttl: 10, staleIfError: 20 };

  it('serves getOrSet alone, and only if the factory fails', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('29.9s');
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.has('k'), false);
    assert.equal((await cache.getMany(['k'])).size, 0);
    assert.equal(await cache.getOrSet('k', () => Promise.reject(new Error('down'))), 'old');
    assert.equal(await cache.getOrSet('k', () => 'new'), 'new');
  });

  it('ends', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('30s');
    await assert.rejects(
      cache.getOrSet('k', () => Promise.reject(new Error('down'))),
      { message: 'down' },
    );
    assert.equal(await cache.getEntry('k'), undefined);
  });

  it('may end while the factory runs', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('29s');
    const { factory, fail } = held<string>();
    const waiting = cache.getOrSet('k', factory);
    clock.advance('1s');
    fail(new Error('down'));
    await assert.rejects(waiting, { message: 'down' });
  });

  it('writes nothing stale back: the end stays where it was', async () => {
    const { cache, clock, near } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('15s');
    near.calls.length = 0;
    await cache.getOrSet('k', () => Promise.reject(new Error('down')));
    assert.deepEqual(
      near.calls.filter(({ op }) => op === 'set'),
      [],
    );
    clock.advance('15s');
    await assert.rejects(cache.getOrSet('k', () => Promise.reject(new Error('down'))));
  });

  it('serves all keys of a batch that have something, and fails for the others', async () => {
    const { cache, clock } = aCache(windows);
    await cache.setMany({ a: 1, b: 2 });
    clock.advance('11s');
    const down = () => Promise.reject(new Error('down'));
    assert.deepEqual([...(await cache.getOrSetMany(['a', 'b'], down)).values()], [1, 2]);
    await assert.rejects(cache.getOrSetMany(['a', 'x'], down), { message: 'down' });
  });

  it('counts as a stale hit, and the error is told', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('11s');
    const errors = hear(cache, 'error');
    await cache.getOrSet('k', () => Promise.reject(new Error('down')));
    const { staleHits, loadErrors } = cache.stats();
    assert.deepEqual([staleHits, loadErrors], [1, 1]);
    assert.equal(errors.length, 1);
  });

  it('does not serve what was deleted while the factory ran', async () => {
    const { cache, clock } = aCache(windows);
    await cache.set('k', 'old');
    clock.advance('11s');
    const { factory, fail } = held<string>();
    const waiting = cache.getOrSet('k', factory);
    await cache.delete('k');
    fail(new Error('down'));
    await assert.rejects(waiting, { message: 'down' });
  });

  it('may be longer than staleWhileRevalidate, or shorter', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 30, staleIfError: 20 });
    const down = () => Promise.reject(new Error('down'));
    await cache.set('a', 1);
    await cache.set('b', 1, { staleIfError: 60 });
    clock.advance('39s');
    assert.equal(await cache.getOrSet('a', down), 1);
    clock.advance('2s');
    await assert.rejects(cache.getOrSet('a', down));
    assert.equal(await cache.get('b'), undefined);
    assert.equal(await cache.getOrSet('b', down), 1);
  });

  it('can be turned off for a call with 0', async () => {
    const { cache, clock } = aCache({ ...windows, staleWhileRevalidate: 5 });
    const factory = counting(1);
    await cache.getOrSet('k', factory, { staleIfError: 0, staleWhileRevalidate: 0 });
    clock.advance('10s');
    assert.equal(await cache.getEntry('k'), undefined);
  });
});
