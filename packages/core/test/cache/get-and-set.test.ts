import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, loseFrom, twoTiers } from './setting.ts';

const FALSY = [0, -0, Number.NaN, '', false, null, 0n];

describe('get and set', () => {
  it('answers with undefined for what was never set', async () => {
    const { cache } = aCache();
    assert.equal(await cache.get('k'), undefined);
  });

  it.each(FALSY)('takes %s for a value', async (value) => {
    const { cache } = aCache();
    assert.equal(await cache.set('k', value), undefined);
    assert.ok(Object.is(await cache.get('k'), value));
    assert.equal(await cache.has('k'), true);
    assert.equal(await cache.delete('k'), true);
  });

  it.each(FALSY)('takes %s for a value in a farther tier too', async (value) => {
    const { cache, near } = twoTiers();
    await cache.set('k', value);
    loseFrom(near, 'k');
    assert.ok(Object.is(await cache.get('k'), value));
    assert.ok((await cache.getMany(['k'])).has('k'));
  });

  it('replaces the value and its options', async () => {
    const { cache, clock } = aCache();
    await cache.set('k', 'old', { ttl: 10, tags: ['t'] });
    await cache.set('k', 'new', { ttl: 100 });
    await cache.invalidateTags(['t']);
    clock.advance('11s');
    assert.equal(await cache.get('k'), 'new');
  });

  it('stores in every tier', async () => {
    const { cache, near, far } = twoTiers();
    await cache.set('k', 1);
    assert.equal(far.count('set', 'k'), 1);
    assert.equal(near.count('set', 'k'), 1);
  });

  it('reads from the nearest tier that has it, and copies it nearer', async () => {
    const { cache, near, far } = twoTiers();
    await cache.set('k', 1);
    loseFrom(near, 'k');
    assert.equal((await cache.getEntry('k'))?.tier, 'far');
    assert.equal(await cache.get('k'), 1);
    far.calls.length = 0;
    assert.equal(await cache.get('k'), 1);
    assert.equal((await cache.getEntry('k'))?.tier, 'near');
    assert.equal(far.calls.length, 0);
  });

  it('tells whether something was deleted', async () => {
    const { cache } = aCache();
    await cache.set('k', 1);
    assert.equal(await cache.delete('k'), true);
    assert.equal(await cache.delete('k'), false);
    assert.equal(await cache.get('k'), undefined);
  });

  it('tells that a value was deleted which only one tier had', async () => {
    const { cache, near } = twoTiers();
    await cache.set('k', 1);
    loseFrom(near, 'k');
    assert.equal(await cache.delete('k'), true);
  });

  it('does not count what has expired as deleted', async () => {
    const { cache, clock } = aCache({ ttl: 1 });
    await cache.set('k', 1);
    clock.advance('1s');
    assert.equal(await cache.delete('k'), false);
    assert.equal(await cache.has('k'), false);
  });

  it('keeps functions and symbols out, with what was there', async () => {
    const { cache, near } = aCache();
    await cache.set('k', 'before');
    near.calls.length = 0;
    await assert.rejects(
      cache.set('k', () => 1),
      { code: 'SERIALIZATION_FAILED' },
    );
    await assert.rejects(cache.set('k', Symbol('s')), { code: 'SERIALIZATION_FAILED' });
    assert.equal(near.calls.length, 0);
    assert.equal(await cache.get('k'), 'before');
  });

  it('keeps out what holds any of them, or a cycle, also where no tier serializes', async () => {
    const { cache, near } = aCache();
    await cache.set('k', 'before');
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    near.calls.length = 0;
    for (const value of [{ f() {} }, [Symbol('s')], cycle]) {
      await assert.rejects(cache.set('k', value), { code: 'SERIALIZATION_FAILED', message: /\$/ });
      await assert.rejects(cache.setMany({ l: 1, k: value }), { code: 'SERIALIZATION_FAILED' });
    }
    assert.equal(near.calls.length, 0);
    await assert.rejects(
      cache.getOrSet('loaded', () => cycle),
      { code: 'SERIALIZATION_FAILED', message: /"loaded".+\$\.self leads back to \$/ },
    );
    assert.equal(await cache.get('k'), 'before');
  });

  it.each(['', ' ', '__proto__', 'constructor', 'a:b', 'a\nb', '💥', 'k'.repeat(10_000)])(
    'keeps the key %j',
    async (key) => {
      const { cache } = aCache();
      await cache.set(key, key);
      assert.equal(await cache.get(key), key);
      assert.deepEqual([...(await cache.getMany([key])).keys()], [key]);
      assert.equal(await cache.delete(key), true);
    },
  );

  it('remembers a value for an hour unless told otherwise', async () => {
    const { cache, clock } = aCache();
    await cache.set('k', 1);
    clock.advance(3_599_999);
    assert.equal(await cache.get('k'), 1);
    clock.advance(1);
    assert.equal(await cache.get('k'), undefined);
  });
});
