import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { createCache } from '../../src/index.ts';
import { aCache, aTier, hear, held } from './setting.ts';

describe('region', () => {
  it('has keys of its own in the tiers that it shares', async () => {
    const { cache } = aCache({ regions: { a: {}, b: {} } });
    await cache.set('k', 'root');
    await cache.region('a').set('k', 'a');
    assert.equal(await cache.get('k'), 'root');
    assert.equal(await cache.region('a').get('k'), 'a');
    assert.equal(await cache.region('b').get('k'), undefined);
    await cache.region('a').delete('k');
    assert.equal(await cache.get('k'), 'root');
  });

  it('never has the key of another, however the names are put together', async () => {
    const { cache } = aCache({ regions: { a: {}, 'a:b': {}, 'a%3Ab': {} } });
    await cache.region('a').set('b', 1);
    await cache.region('a').set('b:c', 2);
    assert.equal(await cache.get('a:b'), undefined);
    assert.equal(await cache.region('a:b').get('c'), undefined);
    assert.equal(await cache.region('a:b').get(''), undefined);
    await cache.region('a:b').set('c', 3);
    await cache.region('a%3Ab').set('c', 4);
    await cache.set('a:b:c', 5);
    assert.deepEqual(
      [await cache.region('a').get('b:c'), await cache.region('a:b').get('c'), await cache.get('a:b:c')],
      [2, 3, 5],
    );
  });

  it('lives in its own tiers, if it has some', async () => {
    const own = aTier('own');
    const { cache, near } = aCache({ regions: { a: { tiers: [own] }, b: {} } });
    await cache.region('a').set('k', 1);
    assert.deepEqual([near.count('set'), own.count('set')], [0, 1]);
    await cache.region('b').set('k', 1);
    assert.deepEqual([near.count('set'), own.count('set')], [1, 1]);
    assert.equal((await cache.region('a').getEntry('k'))?.tier, 'own');
  });

  it('may be the only place there is: the root then has no keys', async () => {
    const own = aTier('own');
    const { cache } = aCache({ tiers: [], regions: { a: { tiers: [own] } } });
    await cache.region('a').set('k', 1);
    await assert.rejects(cache.get('k'), TypeError);
    await assert.rejects(cache.set('k', 1), TypeError);
    assert.throws(() => cache.sync.get('k'), TypeError);
    assert.deepEqual(await cache.clear(), { done: ['own'], deferred: [] });
    assert.equal(await cache.region('a').get('k'), undefined);
  });

  it('has the defaults of the cache under its own', async () => {
    const { cache, clock } = aCache({ ttl: 30, staleWhileRevalidate: 60, regions: { a: { ttl: 10 } } });
    await cache.region('a').set('k', 1);
    clock.advance('10s');
    assert.equal((await cache.region('a').getEntry('k'))?.stale, true);
  });

  it('is invalidated with the root, and alone without it', async () => {
    const { cache } = aCache({ regions: { a: {}, b: {} } });
    const all = [cache, cache.region('a'), cache.region('b')];
    const fill = () => Promise.all(all.map((each) => each.set('k', 1, { tags: ['t'] })));
    const left = () => Promise.all(all.map((each) => each.has('k')));
    const ways = [
      (on: typeof cache) => on.clear(),
      (on: typeof cache) => on.invalidateTags(['t']),
      (on: typeof cache) => on.invalidatePattern('*'),
      async (on: typeof cache) => on.sync.clear(),
      async (on: typeof cache) => on.sync.invalidateTags(['t']),
      async (on: typeof cache) => on.sync.invalidatePattern('*'),
    ];
    for (const way of ways) {
      await fill();
      await way(cache.region('a'));
      assert.deepEqual(await left(), [true, false, true]);
      await way(cache);
      assert.deepEqual(await left(), [false, false, false]);
    }
  });

  it('is named by the result of the root only where a tier failed', async () => {
    const own = aTier('own');
    const { cache } = aCache({ regions: { a: { tiers: [own] } } });
    own.fail('clear');
    assert.deepEqual(await cache.clear(), { done: ['near'], deferred: ['own'] });
  });

  it('loads by itself', async () => {
    const { cache } = aCache({ regions: { a: {} } });
    const values = [cache.getOrSet('k', async () => 'root'), cache.region('a').getOrSet('k', async () => 'a')];
    assert.deepEqual(await Promise.all(values), ['root', 'a']);
  });

  it('that there is not is UNKNOWN_REGION', () => {
    const { cache } = aCache({ regions: { a: {} } });
    for (const name of ['A', 'toString', '__proto__', '', 'aa']) {
      assert.throws(() => cache.region(name as 'a'), { code: 'UNKNOWN_REGION' });
      assert.throws(() => cache.withRegion(name as 'a', () => assert.fail('called')), { code: 'UNKNOWN_REGION' });
    }
    assert.throws(() => cache.region(undefined as never), { code: 'UNKNOWN_REGION' });
  });

  it('is the same object each time, of the same name, and finds its siblings', async () => {
    const { cache } = aCache({ name: 'shop', regions: { a: {}, b: {} } });
    assert.equal(cache.region('a'), cache.region('a'));
    assert.equal(cache.region('a').name, 'shop');
    assert.equal(cache.region('a').region('b'), cache.region('b'));
  });

  it('may be called anything', async () => {
    const { cache } = aCache({ regions: { ['__proto__']: {}, constructor: {}, 'a b*?[x]\\': {} } });
    for (const name of ['__proto__', 'constructor', 'a b*?[x]\\'] as const) {
      await cache.region(name).set('k', name);
      assert.equal(await cache.region(name).get('k'), name);
    }
  });
});

describe('two caches over one tier', () => {
  it('keep their keys apart by namespace, which is the name by default', async () => {
    const tier = aTier('tier');
    const one = createCache({ name: 'one', tiers: [tier] });
    const two = createCache({ name: 'two', tiers: [tier], regions: { one: {} } });
    await one.set('k', 1);
    assert.equal(await two.get('k'), undefined);
    assert.equal(await two.region('one').get('k'), undefined);
    await two.clear();
    assert.equal(await one.get('k'), 1);
    await one.close();
    await two.close();
  });

  it('share them where the namespace is the same', async () => {
    const tier = aTier('tier');
    const one = createCache({ name: 'one', namespace: 'shop', tiers: [tier] });
    const two = createCache({ name: 'two', namespace: 'shop', tiers: [tier] });
    const sets = hear(one, 'set');
    await one.set('k', 1);
    assert.equal(await two.get('k'), 1);
    assert.equal(sets[0]?.cache, 'one');
    await two.delete('k');
    assert.equal(await one.get('k'), undefined);
    await one.close();
    assert.equal(await two.get('k'), undefined);
    await two.close();
  });

  it.each(['before', 'during'])(
    'store no load that the other has overtaken, though it is closed by then (opened %s the load)',
    async (opened) => {
      const tiers = [aTier('tier')];
      const one = createCache({ namespace: 'shop', tiers });
      const open = () => createCache({ namespace: 'shop', tiers });
      const before = opened === 'before' ? open() : undefined;
      const { factory, give } = held<string>();
      const loading = one.getOrSet('k', factory);
      const other = before ?? open();
      await other.delete('k');
      await other.close();
      give('old');
      assert.equal(await loading, 'old');
      assert.equal(await one.get('k'), undefined);
      await one.close();
    },
  );

  it('copy nothing near that the other has deleted, though it is closed by then', async () => {
    const [near, far] = [aTier('near'), aTier('far', { async: true })];
    const open = () => createCache({ namespace: 'shop', tiers: [near, far] });
    const one = open();
    const other = createCache({ namespace: 'shop', tiers: [far] });
    await other.set('k', 'old');
    await other.close();
    const reading = far.hold('get', 'after');
    const read = one.get('k');
    await reading.reached;
    const second = open();
    await second.delete('k');
    await second.close();
    reading.release();
    assert.equal(await read, 'old');
    assert.equal(await one.get('k'), undefined);
    await one.close();
  });

  it('store what nobody has overtaken, whichever cache closes meanwhile', async () => {
    const tiers = [aTier('tier')];
    const one = createCache({ namespace: 'shop', tiers });
    const [same, another] = [createCache({ namespace: 'shop', tiers }), createCache({ tiers: [aTier('another')] })];
    const [first, second] = [held<string>(), held<string>()];
    const loading = one.getOrSet('first', first.factory);
    await same.close();
    first.give('kept');
    await loading;
    const later = one.getOrSet('second', second.factory);
    await another.close();
    second.give('kept too');
    await later;
    assert.deepEqual([...(await one.getMany(['first', 'second'])).values()], ['kept', 'kept too']);
    await one.close();
  });
});
