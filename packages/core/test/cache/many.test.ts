import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, hear, twoTiers } from './setting.ts';

describe('getMany', () => {
  it('answers with hits only, in the order of the keys', async () => {
    const { cache } = aCache();
    await cache.setMany({ a: 1, b: 2, c: 3 });
    assert.deepEqual(
      [...(await cache.getMany(['c', 'x', 'a']))],
      [
        ['c', 3],
        ['a', 1],
      ],
    );
  });

  it('keeps the order when the values come from several tiers', async () => {
    const { cache, near } = twoTiers();
    await cache.setMany({ a: 1, b: 2, c: 3 });
    const gone = near.fail('getMany').once();
    assert.deepEqual([...(await cache.getMany(['c', 'b', 'a'])).keys()], ['c', 'b', 'a']);
    assert.equal(gone.strikes, 1);
  });

  it('answers once for a key given twice', async () => {
    const { cache, near } = aCache();
    await cache.set('a', 1);
    assert.deepEqual([...(await cache.getMany(['a', 'a', 'b', 'a']))], [['a', 1]]);
    assert.deepEqual(near.calls.at(-1)?.args[0], ['a', 'b']);
  });

  it('takes any iterable, and nothing at all', async () => {
    const { cache, near } = aCache();
    await cache.set('a', 1);
    assert.equal((await cache.getMany(new Set(['a']))).get('a'), 1);
    near.calls.length = 0;
    assert.equal((await cache.getMany([])).size, 0);
    assert.equal(near.calls.length, 0);
  });

  it('has falsy values, and no negative entries', async () => {
    const { cache } = aCache();
    await cache.setMany({ zero: 0, empty: '', no: false, nil: null });
    await cache.getOrSet('nothing', () => undefined, { negativeTtl: 10 });
    const values = await cache.getMany(['zero', 'empty', 'no', 'nil', 'nothing']);
    assert.deepEqual([...values.values()], [0, '', false, null]);
  });

  it('is one command per tier, the far one for what the near one lacks', async () => {
    const { cache, clock, near, far } = twoTiers();
    await cache.setMany({ a: 1, b: 2 });
    await cache.set('c', 3, { tiers: { near: { ttl: '1ms' } } });
    clock.advance(1);
    near.calls.length = 0;
    far.calls.length = 0;
    await cache.getMany(['a', 'b', 'c', 'd']);
    assert.deepEqual(
      far.calls.map(({ op }) => op),
      ['getMany'],
    );
    assert.deepEqual(near.calls.filter(({ op }) => op === 'getMany').length, 1);
    assert.deepEqual(far.calls[0]?.args[0], ['c', 'd']);
  });
});

describe('setMany', () => {
  it.each([
    [
      'a Map',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    ['a record', { a: 1, b: 2 }],
    [
      'an iterable of pairs',
      [
        ['a', 1],
        ['b', 2],
      ] as const,
    ],
    ['a generator', pairs()],
  ])('takes %s', async (_, entries) => {
    const { cache } = aCache();
    assert.equal(await cache.setMany(entries), undefined);
    assert.deepEqual([...(await cache.getMany(['a', 'b'])).values()], [1, 2]);
  });

  it('is one command per tier, and a set of its own for nobody', async () => {
    const { cache, near, far } = twoTiers();
    await cache.setMany({ a: 1, b: 2 });
    assert.deepEqual(
      [...near.calls, ...far.calls].map(({ op }) => op),
      ['setMany', 'setMany'],
    );
  });

  it('gives every entry the options', async () => {
    const { cache, clock } = aCache();
    await cache.setMany({ a: 1, b: 2 }, { ttl: 10, tags: ['t'] });
    assert.deepEqual((await cache.getEntry('b'))?.tags, ['t']);
    clock.advance('10s');
    assert.equal((await cache.getMany(['a', 'b'])).size, 0);
  });

  it('takes the last of two values for a key', async () => {
    const { cache } = aCache();
    await cache.setMany([
      ['a', 1],
      ['a', 2],
    ]);
    assert.equal(await cache.get('a'), 2);
  });

  it('does nothing for nothing', async () => {
    const { cache, near } = aCache();
    await cache.setMany([]);
    await cache.setMany(new Map(), { tags: ['t'] });
    assert.equal(near.calls.length, 0);
  });

  it('takes as many entries as there are, as getMany and deleteMany do', async () => {
    const { cache } = aCache();
    const keys = Array.from({ length: 200_000 }, (_, index) => `key ${index}`);
    await cache.setMany(keys.map((key) => [key, key] as const));
    assert.equal((await cache.getMany(keys)).size, keys.length);
    assert.equal(await cache.deleteMany(keys), keys.length);
  });

  it('stores none when one cannot be stored', async () => {
    const { cache, near } = aCache();
    await assert.rejects(cache.setMany({ a: 1, b: undefined }), TypeError);
    await assert.rejects(cache.setMany({ a: 1, b: Symbol('s') }), { code: 'SERIALIZATION_FAILED' });
    await assert.rejects(cache.setMany({ a: 1, '\ud800': 2 }), TypeError);
    assert.equal(near.calls.length, 0);
  });
});

describe('deleteMany', () => {
  it('counts the keys that had a value, each once', async () => {
    const { cache } = aCache();
    await cache.setMany({ a: 1, b: null, c: 0 });
    assert.equal(await cache.deleteMany(['a', 'a', 'b', 'x']), 2);
    assert.equal(await cache.deleteMany(new Set(['c'])), 1);
    assert.equal((await cache.getMany(['a', 'b', 'c'])).size, 0);
  });

  it('counts a key once that several tiers have', async () => {
    const { cache, near, far } = twoTiers();
    await cache.setMany({ a: 1, b: 2 });
    assert.equal(await cache.deleteMany(['a', 'b']), 2);
    assert.equal(near.count('deleteMany') + far.count('deleteMany'), 2);
  });

  it('does nothing for nothing', async () => {
    const { cache, near } = aCache();
    const heard = hear(cache, 'delete');
    assert.equal(await cache.deleteMany([]), 0);
    assert.equal(near.calls.length, 0);
    assert.deepEqual(heard, []);
  });
});

function* pairs(): Generator<readonly [string, number]> {
  yield ['a', 1];
  yield ['b', 2];
}
