import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache } from '../../src/index.ts';
import type { FaultyTier } from '../../src/testing/index.ts';
import type { Stage } from './stage.ts';
import { stage, tierOf } from './stage.ts';

function breaker({ one }: Stage): string[] {
  const states: string[] = [];
  one.cache.on('breaker', ({ tier, state }) => states.push(`${tier} ${state}`));
  return states;
}

/** Nothing is answered any more. */
function hang(tier: FaultyTier): void {
  tier.hang().where(({ op }) => op !== 'close');
}

describe('a tier that does not answer', () => {
  it.each<[string, (cache: Cache) => Promise<unknown>]>([
    ['getOrSet', (cache) => cache.getOrSet('k', () => 'v')],
    ['getOrSetMany', async (cache) => (await cache.getOrSetMany(['k'], () => ({ k: 'v' }))).get('k')],
    ['getOrSet with tags', (cache) => cache.getOrSet('k', () => 'v', { tags: ['t'] })],
  ])('costs %s one deadline, and nobody after that', async (_, call) => {
    const set = stage(['own', 'shared']);
    const { one, clock } = set;
    const states = breaker(set);
    const far = tierOf(one, 'far');
    hang(far);
    let value: unknown;
    void call(one.cache).then((answer) => {
      value = answer;
    });
    await clock.advanceAsync('999ms');
    assert.equal(value, undefined);
    await clock.advanceAsync('1ms');
    assert.equal(value, 'v');
    assert.deepEqual(states, ['far open']);
    const asked = far.calls.length;
    assert.equal(await one.cache.get('k'), 'v');
    assert.equal(await one.cache.getOrSet('other', () => 1), 1);
    await one.cache.set('k', 2);
    await one.cache.delete('k');
    assert.equal(far.calls.length, asked, 'it is not asked while it is down');
    await set.close();
    assert.equal(clock.pending, 0);
  });

  it.each<[string, (cache: Cache) => Promise<unknown>]>([
    ['get', (cache) => cache.get('k')],
    ['getMany', (cache) => cache.getMany(['k'])],
    ['set', (cache) => cache.set('k', 1)],
    ['delete', (cache) => cache.delete('k')],
    ['touch', (cache) => cache.touch('k', 1)],
    ['invalidateTags', (cache) => cache.invalidateTags(['t'])],
  ])('keeps %s no longer than its deadline', async (_, call) => {
    const set = stage(['own', 'shared'], { tiers: { commandTimeoutMs: 300 } });
    const { one, clock } = set;
    hang(tierOf(one, 'far'));
    let isDone = false;
    void call(one.cache).then(() => {
      isDone = true;
    });
    await clock.advanceAsync('299ms');
    assert.equal(isDone, false);
    await clock.advanceAsync('1ms');
    assert.equal(isDone, true);
    await set.close();
    assert.equal(clock.pending, 0);
  });

  it('is probed soon when its bus is back, and told what it has missed', async () => {
    const set = stage(['own', 'announcing'], { heartbeatMs: 500 });
    const { one, two, clock } = set;
    const states = breaker(set);
    await one.cache.set('k', 'old');
    await clock.advanceAsync('1s');
    const far = tierOf(one, 'far');
    hang(far);
    one.bus.disconnect();
    void one.cache.get('another');
    await clock.advanceAsync('60s');
    await one.cache.delete('k');
    assert.equal(await two.cache.get('k'), 'old');
    far.heal();
    one.bus.reconnect();
    await clock.advanceAsync('400ms');
    assert.deepEqual(states, ['far open', 'far closed']);
    await clock.advanceAsync('400ms');
    assert.equal(await two.cache.get('k'), undefined);
    await set.close();
    assert.equal(clock.pending, 0);
  });

  it('is probed, less and less often, and used again when it answers', async () => {
    const set = stage(['own', 'shared']);
    const { one, clock } = set;
    const states = breaker(set);
    const far = tierOf(one, 'far');
    hang(far);
    void one.cache.get('k');
    await clock.advanceAsync('1s');
    await clock.advanceAsync('60s');
    const probes = far.count('ping');
    assert.ok(probes > 5 && probes < 20, `${probes} probes in a minute`);
    assert.equal(far.count('get'), 1);
    far.heal();
    await clock.advanceAsync('10s');
    assert.deepEqual(states, ['far open', 'far closed']);
    await one.cache.get('k');
    assert.equal(far.count('get'), 2);
    await set.close();
    assert.equal(clock.pending, 0);
  });
});

describe('a tier that fails', () => {
  it.each<{ kinds: ['own'] | ['own-async'] }>([{ kinds: ['own'] }, { kinds: ['own-async'] }])(
    'three times in a row is skipped, but not one that answers in between: $kinds',
    async ({ kinds }) => {
      const set = stage(kinds);
      const { one, clock } = set;
      const states = breaker(set);
      const only = tierOf(one, 'only');
      for (let round = 0; round < 5; round++) {
        only.fail('deleteMany').once();
        await assert.rejects(one.cache.deleteMany(['k']));
        await one.cache.set('k', round);
        await clock.advanceAsync('5s');
      }
      assert.deepEqual(states, []);
      only.fail('deleteMany').times(3);
      for (let round = 0; round < 3; round++) await assert.rejects(one.cache.deleteMany(['k']));
      assert.deepEqual(states, ['only open']);
      await clock.advanceAsync('5s');
      assert.deepEqual(states, ['only open', 'only closed']);
      assert.equal(await one.cache.get('k'), undefined, 'what it failed to delete was delivered');
      await set.close();
      assert.equal(clock.pending, 0);
    },
  );

  it('to take a copy keeps nobody from the value', async () => {
    const set = stage(['own-async', 'shared']);
    const { one, two } = set;
    await two.cache.setMany({ a: 1, b: 2, c: 3 });
    tierOf(one, 'near').fail(['set', 'leases.fill', 'leases.acquire']).times(2);
    assert.equal(await one.cache.get('a'), 1);
    assert.deepEqual([...(await one.cache.getMany(['b']))], [['b', 2]]);
    assert.equal(await one.cache.getOrSet('c', () => 0), 3);
    await set.close();
  });

  it('to read is passed on the way', async () => {
    const set = stage(['own', 'shared', 'shared']);
    const { one, two } = set;
    await two.cache.set('k', 1);
    tierOf(one, 'near').fail('get').once();
    tierOf(one, 'mid').fail('get').once();
    assert.equal(await one.cache.get('k'), 1);
    await set.close();
  });
});
