import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache } from '../../src/index.ts';
import { CacheError } from '../../src/index.ts';
import type { TierOperation } from '../../src/testing/index.ts';
import type { Stage } from './stage.ts';
import { lose, stage, tierOf } from './stage.ts';

const WRITES: readonly TierOperation[] = [
  'set',
  'setMany',
  'delete',
  'deleteMany',
  'touch',
  'expire',
  'deletePattern',
  'clear',
  'versions.renew',
];

const CHANGES: readonly (readonly [name: string, change: (cache: Cache) => Promise<unknown>])[] = [
  ['delete', (cache) => cache.delete('k')],
  ['deleteMany', (cache) => cache.deleteMany(['k', 'other'])],
  ['expire', (cache) => cache.expire('k')],
  ['touch', (cache) => cache.touch('k', 1)],
  ['invalidatePattern', (cache) => cache.invalidatePattern('k*')],
  ['invalidateTags', (cache) => cache.invalidateTags(['t'])],
  ['clear', (cache) => cache.clear()],
];

/** `k` in both tiers of both processes. */
async function prepared(kinds: Parameters<typeof stage>[0] = ['own', 'shared']): Promise<Stage> {
  const set = stage(kinds);
  await set.one.cache.set('k', 'old', { tags: ['t'] });
  await set.two.cache.get('k');
  return set;
}

async function settled({ clock }: Stage): Promise<void> {
  await clock.advanceAsync('10s');
}

describe('what a tier did not confirm', () => {
  it.each(CHANGES)('of %s is not taken back from there, and delivered when the tier is back', async (_, change) => {
    const set = await prepared();
    const { one, two, clock } = set;
    const delivered: number[] = [];
    one.cache.on('delivered', ({ count }) => delivered.push(count));
    const far = tierOf(one, 'far');
    far.fail(WRITES);
    await change(one.cache);
    assert.ok(one.cache.stats().deferred > 0);
    await lose(clock, tierOf(one, 'near'), 'k');
    assert.equal(await one.cache.get('k'), undefined);
    assert.equal((await one.cache.getMany(['k'])).size, 0);
    assert.equal(await one.cache.has('k'), false);
    far.heal();
    await settled(set);
    assert.equal(delivered.length, 1);
    assert.equal(await two.cache.get('k'), undefined, 'another process kept its copy');
    assert.equal(await one.cache.getOrSet('k', () => 'new'), 'new');
    assert.equal(await two.cache.get('k'), 'new');
    await set.close();
    assert.equal(clock.pending, 0);
  });

  it.each<[string, (cache: Cache) => Promise<unknown>]>([
    ['set', (cache) => cache.set('k', 'new')],
    ['setMany', (cache) => cache.setMany({ k: 'new' })],
  ])('of %s is served by the nearer tier, and deleted from the other', async (_, change) => {
    const set = await prepared();
    const { one, two } = set;
    const far = tierOf(one, 'far');
    far.fail(WRITES);
    await change(one.cache);
    assert.equal(await one.cache.get('k'), 'new');
    far.heal();
    await settled(set);
    assert.equal(await two.cache.get('k'), undefined);
    assert.equal(await one.cache.get('k'), 'new');
    await set.close();
  });

  it('is made good by a later write that the tier confirms', async () => {
    const set = await prepared();
    const { one, two } = set;
    tierOf(one, 'far').fail(WRITES).once();
    await one.cache.delete('k');
    await one.cache.set('k', 'new');
    await settled(set);
    assert.equal(await two.cache.get('k'), 'new');
    await set.close();
  });

  it('is told by the cache where the tier did not announce it', async () => {
    const set = await prepared(['own', 'announcing']);
    const { one, two } = set;
    for (const change of [
      (cache: Cache) => cache.delete('k'),
      (cache: Cache) => cache.set('k', 'new'),
      (cache: Cache) => cache.expire('k'),
    ]) {
      await one.cache.set('k', 'old');
      await two.cache.get('k');
      tierOf(one, 'far').fail(['delete', 'set', 'expire']).once();
      await change(one.cache);
      assert.equal((await two.cache.getEntry('k'))?.tier, 'far', 'the copy has to be gone');
      await settled(set);
    }
    await set.close();
  });

  it('stays kept when it is kept anew while it is delivered', async () => {
    const set = await prepared();
    const { one, two } = set;
    const far = tierOf(one, 'far');
    far.fail('delete').once();
    await one.cache.delete('k');
    const delivery = far.hold('deleteMany', 'after');
    void settled(set);
    await delivery.reached;
    await two.cache.set('k', 'newer');
    far.fail('delete').once();
    await one.cache.delete('k');
    delivery.release();
    await set.clock.flush();
    assert.equal(await one.cache.get('k'), undefined, 'what it deleted for the second time is still covered');
    await settled(set);
    assert.equal(await two.cache.get('k'), undefined);
    await set.close();
  });

  it('stays kept when the tier fails during the delivery', async () => {
    const set = await prepared();
    const { one, two } = set;
    const far = tierOf(one, 'far');
    far.fail('delete').once();
    far.fail('deleteMany').times(2);
    far.hang('deleteMany').once();
    await one.cache.delete('k');
    await set.clock.advanceAsync('3s');
    assert.equal(await one.cache.get('k'), undefined);
    await set.clock.advanceAsync('30s');
    assert.equal(far.count('deleteMany'), 4);
    assert.equal(await two.cache.get('k'), undefined);
    await set.close();
    assert.equal(set.clock.pending, 0);
  });

  it('counts as all of the namespace when it is too much to keep', async () => {
    const set = await prepared();
    const { one, two } = set;
    await one.cache.set('untouched', 1, { tags: ['other'] });
    const far = tierOf(one, 'far');
    far.fail('versions.renew').once();
    await one.cache.invalidateTags(['t']);
    far.fail('deleteMany');
    await one.cache.deleteMany(Array.from({ length: 10_001 }, (_, at) => `x${at}`));
    assert.equal(await one.cache.get('k'), undefined, 'which tags were invalidated is not known any more');
    assert.equal(await one.cache.get('untouched'), undefined);
    await one.cache.set('after', 1);
    assert.equal(await one.cache.get('after'), 1);
    far.heal();
    await settled(set);
    assert.equal(far.count('clear'), 1);
    for (const { cache } of [one, two]) assert.equal(await cache.get('k'), undefined);
    await one.cache.set('later', 1);
    assert.equal(await two.cache.get('later'), 1);
    await set.close();
  });

  it('of tags brings nothing back that another process has invalidated meanwhile', async () => {
    const set = await prepared();
    const { one, two } = set;
    const far = tierOf(one, 'far');
    far.fail();
    await one.cache.invalidateTags(['t']);
    await one.cache.set('k', 'of the outage', { tags: ['t'] });
    assert.equal(await one.cache.get('k'), 'of the outage');
    await two.cache.invalidateTags(['t']);
    assert.equal(await one.cache.get('k'), undefined);
    far.heal();
    await settled(set);
    assert.ok(far.count('versions.renew') > 1, 'it was not delivered');
    assert.equal(await one.cache.get('k'), undefined);
    await set.close();
  });

  it('of tags is told to the others, and to loads that will name them', async () => {
    const set = await prepared();
    const { one, two, clock } = set;
    const far = tierOf(one, 'far');
    const load = (key: string): Promise<string> =>
      two.cache.getOrSet(key, ({ setTags }) => {
        setTags(['t']);
        return key;
      });
    await load('before');
    far.fail('versions.renew').once();
    const delivered: number[] = [];
    one.cache.on('delivered', ({ count }) => delivered.push(count));
    await one.cache.invalidateTags(['t']);
    await load('meanwhile');
    await settled(set);
    assert.deepEqual(delivered, [1]);
    assert.equal((await two.cache.getMany(['before', 'meanwhile'])).size, 0);
    await load('afterwards');
    await clock.flush();
    assert.equal(two.cache.stats().fenced, 0);
    assert.equal(await two.cache.get('afterwards'), 'afterwards');
    await set.close();
  });

  it('of tags keeps back the load that names them when their versions cannot be asked for', async () => {
    const set = await prepared();
    const { one } = set;
    const far = tierOf(one, 'far');
    const { promise, resolve } = Promise.withResolvers<string>();
    const load = one.cache.getOrSet('named', async ({ setTags }) => {
      setTags(['t']);
      return promise;
    });
    await set.clock.flush();
    const renewing = far.hold('versions.renew');
    const invalidated = one.cache.invalidateTags(['t']);
    await renewing.reached;
    far.fail('versions.ensure').once();
    resolve('old');
    assert.equal(await load, 'old');
    renewing.release();
    await invalidated;
    assert.equal(await one.cache.get('named'), undefined);
    await set.close();
  });

  it('of tags outlives what was read meanwhile', async () => {
    const set = await prepared();
    const { one } = set;
    tierOf(one, 'far').fail('versions.renew').once();
    await one.cache.invalidateTags(['t']);
    await set.clock.advanceAsync(10);
    // Learns the version that the tier still has.
    await one.cache.getOrSet('other', () => 1, { tags: ['t'] });
    assert.equal(await one.cache.get('k'), undefined);
    await settled(set);
    assert.equal(await one.cache.get('k'), undefined, 'a near copy with the old version');
    assert.equal(await one.cache.get('other'), undefined);
    await set.close();
  });
});

describe('errors of tiers', () => {
  it('reject a set and a delete only when every tier failed', async () => {
    const set = await prepared();
    const { one } = set;
    const isTierFailed = (error: unknown): boolean => CacheError.is(error, 'TIER_FAILED');
    for (const name of ['near', 'far'] as const) {
      tierOf(one, name).fail(WRITES);
      await one.cache.set('k', 1);
      await one.cache.setMany({ k: 1 });
      await one.cache.delete('k');
      await one.cache.deleteMany(['k']);
      tierOf(one, name).heal();
      await settled(set);
    }
    for (const name of ['near', 'far'] as const) tierOf(one, name).fail(WRITES);
    await assert.rejects(one.cache.set('k', 1), isTierFailed);
    await assert.rejects(one.cache.setMany({ k: 1 }), isTierFailed);
    await assert.rejects(one.cache.delete('k'), isTierFailed);
    await assert.rejects(one.cache.deleteMany(['k']), isTierFailed);
    assert.deepEqual(await one.cache.clear(), { done: [], deferred: ['far', 'near'] });
    await set.close();
  });

  it('are the cause when every tier failed', async () => {
    const set = await prepared();
    const { one } = set;
    const [near, far] = [new Error('out of order'), new Error('no route to host')];
    tierOf(one, 'near').fail(WRITES, near);
    tierOf(one, 'far').fail(WRITES, far);
    const attempts: (() => Promise<unknown>)[] = [
      () => one.cache.set('k', 1),
      () => one.cache.setMany({ k: 1 }),
      () => one.cache.delete('k'),
      () => one.cache.deleteMany(['k']),
    ];
    for (const attempt of attempts) {
      const error = await attempt().catch((reason: unknown) => reason);
      assert.ok(CacheError.is(error, 'TIER_FAILED'));
      assert.deepEqual((error.cause as AggregateError).errors, [near, far]);
    }
    await set.close();
  });

  it('of an only tier is the cause itself, and its silence too', async () => {
    const { one, clock, close } = stage(['shared']);
    const refused = new Error('connection refused');
    tierOf(one, 'only').fail('set', refused).once();
    await assert.rejects(one.cache.set('k', 1), { code: 'TIER_FAILED', cause: refused });
    tierOf(one, 'only').hang('set').once();
    const setting = one.cache.set('k', 1).catch((error: unknown) => error);
    await clock.advanceAsync('2s');
    assert.equal(CacheError.is(((await setting) as CacheError).cause, 'TIMEOUT'), true);
    await close();
  });

  it('about the value reach the caller when no tier takes it, and keep nothing', async () => {
    const set = await prepared();
    const { one } = set;
    const isTooLarge = (error: unknown): boolean => CacheError.is(error, 'VALUE_TOO_LARGE');
    const large = 'x'.repeat(1_000_001);
    await assert.rejects(one.cache.set('k', large), isTooLarge);
    assert.equal(await one.cache.get('k'), undefined, 'the old value is gone');
    await assert.rejects(one.cache.setMany({ k: large }), isTooLarge);
    assert.equal(await one.cache.getOrSet('k', () => large), large, 'a load that cannot be stored answers');
    assert.equal(one.cache.stats().deferred, 0);
    await set.close();
  });
});
