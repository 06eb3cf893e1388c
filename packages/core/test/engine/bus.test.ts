import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { BusMessage } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import type { LocalBus } from '../../src/testing/index.ts';
import { faultyBus, faultyTier, localBus, manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';
import { lose, stage, tierOf } from './stage.ts';

/** The messages of a namespace from now on, and a way to send one of them again. */
function wiretap(bus: LocalBus, namespace: string) {
  const heard: BusMessage[] = [];
  const receiver = { receive: (message: BusMessage) => void heard.push(message), gap: () => {}, current: () => {} };
  const link = bus.fork().join(namespace, receiver, manualClock());
  return { heard, send: (message: BusMessage) => link.publish(message), leave: () => link.leave() };
}

describe('a process whose bus is cut', () => {
  it('drops its near copies when it is back, and says so', async () => {
    const { one, two, close } = stage(['own', 'shared']);
    const gaps: unknown[] = [];
    one.cache.on('bus-gap', ({ reason }) => gaps.push(reason));
    await two.cache.set('k', 'old');
    assert.equal(await one.cache.get('k'), 'old');
    one.bus.disconnect('cable pulled');
    await two.cache.set('k', 'new');
    assert.equal(await one.cache.get('k'), 'old', 'within maxStaleness');
    one.bus.reconnect();
    assert.equal(await one.cache.get('k'), 'new');
    assert.deepEqual(gaps, ['cable pulled']);
    await close();
  });

  it('serves its near copies no longer than maxStaleness', async () => {
    const { one, two, clock, close } = stage(['own', 'shared'], { heartbeatMs: 1_000, cache: { maxStaleness: '10s' } });
    await two.cache.set('k', 'old');
    await one.cache.get('k');
    await clock.advanceAsync('60s');
    const far = tierOf(one, 'far');
    far.calls.length = 0;
    assert.equal(await one.cache.get('k'), 'old');
    assert.equal(far.calls.length, 0, 'the heartbeat vouches for it');
    one.bus.disconnect();
    await two.cache.set('k', 'new');
    await clock.advanceAsync('9s');
    assert.equal(await one.cache.get('k'), 'old');
    await clock.advanceAsync('1s');
    assert.equal(await one.cache.get('k'), 'new');
    await close();
    assert.equal(clock.pending, 0);
  });

  it('stores nothing near of what it was loading', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    await two.cache.set('k', 'old');
    const reading = tierOf(one, 'far').hold('get', 'after');
    const read = one.cache.get('k');
    await reading.reached;
    one.bus.disconnect();
    await two.cache.set('k', 'new');
    one.bus.reconnect();
    reading.release();
    assert.equal(await read, 'old');
    await clock.flush();
    assert.equal(await one.cache.get('k'), 'new');
    await close();
  });

  it('tells the others later what it did meanwhile, in order', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    for (const key of ['a', 'b']) {
      await one.cache.set(key, 'old');
      await two.cache.get(key);
    }
    one.bus.disconnect();
    await one.cache.set('a', 'new');
    await one.cache.delete('b');
    await clock.advanceAsync('3s');
    one.bus.reconnect();
    await clock.advanceAsync('3s');
    assert.equal(await two.cache.get('a'), 'new');
    assert.equal(await two.cache.get('b'), undefined);
    await close();
    assert.equal(clock.pending, 0);
  });

  it('tells in order also what comes while it is being told what was kept', async () => {
    const clock = manualClock();
    const bus = faultyBus(localBus());
    const tap = wiretap(bus.inner as LocalBus, 'cache');
    const cache = createCache({ tiers: [faultyTier(new NaiveTier(), { name: 'only' })], bus, clock });
    bus.fail('publish').once();
    await cache.delete('first');
    const sending = bus.hold('publish');
    await clock.advanceAsync('700ms');
    await sending.reached;
    await cache.delete('second');
    await clock.advanceAsync('650ms');
    sending.release();
    await clock.advanceAsync('3s');
    assert.deepEqual(
      tap.heard.map((message) => 'keys' in message && message.keys[0]),
      ['first', 'second'],
    );
    tap.leave();
    await cache.close();
    assert.equal(clock.pending, 0);
  });

  it('keeps a bounded number of messages, and then clears', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    const heard: string[] = [];
    two.cache.on('invalidate', ({ kind, remote }) => remote && heard.push(kind));
    await two.cache.set('k', 1);
    one.bus.disconnect();
    for (let index = 0; index < 1_500; index++) await one.cache.delete(`x${index}`);
    await one.cache.delete('k');
    one.bus.reconnect();
    await clock.advanceAsync('3s');
    assert.ok(heard.length < 1_001, `${heard.length} messages`);
    assert.ok(heard.includes('clear'));
    assert.equal(await two.cache.get('k'), undefined);
    await close();
  });
});

describe('without a bus', () => {
  it('a near copy is checked after maxStaleness, and good for as long again', async () => {
    const { one, two, clock, close } = stage(['own', 'shared'], { bus: false, cache: { maxStaleness: '10s' } });
    await two.cache.set('k', 'old');
    await one.cache.get('k');
    const far = tierOf(one, 'far');
    far.calls.length = 0;
    await clock.advanceAsync('9s');
    assert.equal(await one.cache.get('k'), 'old');
    assert.equal(far.calls.length, 0);
    await clock.advanceAsync('1s');
    assert.equal(await one.cache.get('k'), 'old');
    assert.equal(far.count('get'), 1);
    await clock.advanceAsync('9s');
    await two.cache.set('k', 'new');
    assert.equal(await one.cache.get('k'), 'old');
    assert.equal(far.count('get'), 1);
    await clock.advanceAsync('1s');
    assert.equal(await one.cache.get('k'), 'new');
    await close();
  });

  it('a copy of a copy is good for no longer than that one', async () => {
    const { one, two, clock, close } = stage(['own', 'own', 'shared'], { bus: false, cache: { maxStaleness: '10s' } });
    await two.cache.set('k', 'old');
    assert.equal(await one.cache.get('k'), 'old');
    await two.cache.set('k', 'new');
    clock.advance('9s');
    await lose(clock, tierOf(one, 'near'), 'k');
    assert.deepEqual([...(await one.cache.getMany(['k'])).values()], ['old']);
    assert.equal((await one.cache.getEntry('k'))?.tier, 'near');
    clock.advance('1s');
    assert.equal(await one.cache.get('k'), 'new');
    await close();
  });

  it('the same in a tier that is fenced', async () => {
    const { one, two, clock, close } = stage(['own-async', 'shared'], { bus: false, cache: { maxStaleness: '10s' } });
    await two.cache.set('k', 1);
    await one.cache.get('k');
    await clock.advanceAsync('11s');
    await one.cache.get('k');
    const far = tierOf(one, 'far');
    far.calls.length = 0;
    assert.equal(await one.cache.get('k'), 1);
    assert.equal(far.calls.length, 0, 'the copy was renewed');
    await close();
  });

  it.each([['own', 'shared'] as const, ['shared'] as const])(
    'a load whose factory names tags is stored, whatever was invalidated before it (%s)',
    async (...kinds) => {
      const { one, two, close } = stage(kinds, { bus: false });
      const load = (key: string): Promise<string> =>
        one.cache.getOrSet(key, ({ setTags }) => {
          setTags(['t']);
          return `value of ${key}`;
        });
      await load('first');
      await two.cache.invalidateTags(['another']);
      await load('second');
      assert.equal(one.cache.stats().fenced, 0);
      assert.equal(await two.cache.get('second'), 'value of second');
      await close();
    },
  );

  it('a load whose factory names no tags asks for nothing on their account', async () => {
    const { one, close } = stage(['own', 'shared'], { bus: false });
    await one.cache.getOrSet('first', () => 1);
    const far = tierOf(one, 'far');
    const before = far.count('versions.ensure');
    await one.cache.getOrSet('second', () => 2);
    assert.equal(far.count('versions.ensure'), before);
    await close();
  });
});

describe('a message', () => {
  it('about something older than a lease does not concern its load', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    one.bus.pause();
    await two.cache.set('k', 'old', { ttl: 1 });
    await clock.advanceAsync('2s');
    const { promise, resolve } = Promise.withResolvers<string>();
    const load = one.cache.getOrSet('k', () => promise);
    await clock.flush();
    one.bus.resume();
    resolve('new');
    assert.equal(await load, 'new');
    assert.equal(one.cache.stats().fenced, 0);
    assert.equal(await two.cache.get('k'), 'new');
    await close();
  });

  it('about something of the same moment does', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    const { promise, resolve } = Promise.withResolvers<string>();
    const load = one.cache.getOrSet('k', () => promise);
    await clock.flush();
    await two.cache.set('k', 'set');
    const later = one.cache.getOrSet('k', () => 'new');
    resolve('old');
    assert.equal(await load, 'old');
    assert.equal(await later, 'set');
    await close();
  });

  it('leaves the copy that has just its version', async () => {
    const { one, two, close } = stage(['own', 'shared']);
    one.bus.pause();
    await two.cache.set('k', 1);
    await one.cache.get('k');
    one.bus.resume();
    assert.equal((await one.cache.getEntry('k'))?.tier, 'near');
    await two.cache.set('k', 2);
    assert.equal((await one.cache.getEntry('k'))?.tier, 'far');
    await close();
  });

  it.each(['set', 'setMany'] as const)(
    'that passes a %s on its way lets no read bring the older value back',
    async (operation) => {
      const { one, two, close } = stage(['own', 'shared', 'shared']);
      two.bus.pause();
      await one.cache.set('k', 'old');
      const setting = tierOf(two, 'far').hold(operation, 'after');
      const set = operation === 'set' ? two.cache.set('k', 'new') : two.cache.setMany({ k: 'new' });
      await setting.reached;
      two.bus.resume();
      const dropping = tierOf(two, 'mid').hold('delete');
      setting.release();
      await dropping.reached;
      assert.equal(await two.cache.get('k'), 'old', 'the set is not done');
      dropping.release();
      await set;
      assert.equal(await two.cache.get('k'), 'new');
      await close();
    },
  );

  it('of its own is nothing to a process, however often it comes', async () => {
    const clock = manualClock();
    const bus = localBus({ echo: true });
    const far = faultyTier(new NaiveTier(), { name: 'far', shared: true, async: true });
    const near = faultyTier(new NaiveTier(), { name: 'near' });
    const cache = createCache({ tiers: [near, far], bus, clock });
    const load = cache.getOrSet('other', async () => {
      bus.repeat(2);
      await cache.set('k', 1);
      return 2;
    });
    assert.equal(await load, 2);
    for (const key of ['k', 'other']) assert.equal((await cache.getEntry(key))?.tier, 'near');
    await cache.close();
  });

  it('between processes that share nothing drops what the other has changed, whatever its version', async () => {
    const { one, two, close } = stage(['own']);
    one.bus.pause();
    two.bus.pause();
    await one.cache.set('k', 'one');
    await two.cache.set('k', 'two');
    one.bus.resume();
    two.bus.resume();
    for (const { cache } of [one, two]) assert.equal(await cache.get('k'), undefined);
    await close();
  });

  it('of an expire reaches copies of what has left the farthest tier', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    await two.cache.set('k', 1);
    await lose(clock, tierOf(one, 'far'), 'k');
    assert.equal(await two.cache.get('k'), 1);
    await one.cache.expire('k');
    assert.equal(await two.cache.get('k'), undefined);
    await close();
  });

  it('of tags brings nothing back, should it come again after a younger one', async () => {
    const { one, two, close } = stage(['own', 'shared']);
    const tap = wiretap(one.bus, 'n');
    await one.cache.invalidateTags(['t']);
    await two.cache.set('k', 'old', { tags: ['t'] });
    await one.cache.invalidateTags(['t']);
    for (let times = 0; times < 2; times++) {
      assert.equal(await two.cache.get('k'), undefined);
      assert.equal((await two.cache.getMany(['k'])).size, 0);
      await tap.send(tap.heard[0]!);
    }
    tap.leave();
    await close();
  });

  it('of tags says nothing of what this process does to them at the same time', async () => {
    const { one, two, clock, close } = stage(['own', 'shared']);
    const renewing = tierOf(one, 'far').hold('versions.renew', 'after');
    const invalidated = one.cache.invalidateTags(['t']);
    await renewing.reached;
    await one.cache.set('k', 'old', { tags: ['t'] });
    await two.cache.invalidateTags(['t']);
    renewing.release();
    await invalidated;
    await clock.flush();
    assert.equal(await one.cache.get('k'), undefined);
    await close();
  });

  it('of tags is asked about once, and then believed', async () => {
    const { one, two, close } = stage(['own', 'shared']);
    await two.cache.invalidateTags(['t']);
    await one.cache.set('k', 1, { tags: ['t'] });
    const far = tierOf(one, 'far');
    const asked = async (): Promise<number> => {
      far.calls.length = 0;
      assert.equal(await one.cache.get('k'), 1);
      return far.calls.length;
    };
    assert.equal(await asked(), 0);
    await two.cache.invalidateTags(['another']);
    assert.equal(await asked(), 0);
    const tap = wiretap(one.bus, 'n');
    await tap.send({ kind: 'tags', region: '', sender: 'another', at: 0, tags: [['t', 'of long ago']] });
    assert.deepEqual([await asked(), await asked()], [1, 0]);
    tap.leave();
    await close();
  });

  it('of tags reaches a process that shares nothing', async () => {
    const { one, two, close } = stage(['own']);
    await one.cache.set('k', 1, { tags: ['t'] });
    await one.cache.set('other', 1, { tags: ['u'] });
    await two.cache.invalidateTags(['t']);
    assert.equal(await one.cache.get('k'), undefined);
    assert.equal(await one.cache.get('other'), 1);
    await close();
  });

  it('of a kind that is not known is ignored', async () => {
    const { one, clock, close } = stage(['own', 'shared']);
    const tap = wiretap(one.bus, 'n');
    const invalidations: unknown[] = [];
    one.cache.on('invalidate', (event) => invalidations.push(event));
    await one.cache.set('k', 1);
    await tap.send({ kind: 'of the future', region: '', sender: 'another', at: 0 } as never);
    await clock.flush();
    assert.equal((await one.cache.getEntry('k'))?.tier, 'near');
    assert.deepEqual(invalidations, []);
    tap.leave();
    await close();
  });
});
