import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { EntryOptions } from '../../src/index.ts';
import type { Setting } from './setting.ts';
import { aCache, aTier, held, loseFrom, twoTiers } from './setting.ts';

/** Loads `k` in 1 s, to be kept for 100 s, and goes to so many seconds before its end. */
async function loaded(setting: Setting<never>, secondsLeft: number, options: EntryOptions = {}): Promise<void> {
  const { cache, clock } = setting;
  const slow = held<string>();
  const waiting = cache.getOrSet('k', slow.factory, { ttl: 100, ...options });
  await clock.advanceAsync('1s');
  slow.give('old');
  await waiting;
  await clock.advanceAsync((100 - secondsLeft) * 1000);
}

/** The random number by which a load of 1 s is refreshed just so many seconds before its end. */
const chance = (seconds: number) => 1 - Math.exp(-seconds);

describe('earlyRefresh', () => {
  it('refreshes before the end of the ttl when chance has it, while the value is answered', async () => {
    const setting = aCache();
    const { cache, clock } = setting;
    await loaded(setting, 2);
    clock.randoms([chance(2.1)]);
    const { factory, give } = held<string>();
    assert.equal(await cache.getOrSet('k', factory, { earlyRefresh: 1 }), 'old');
    give('new');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });

  it('does not when chance is against it', async () => {
    const setting = aCache();
    const { cache, clock } = setting;
    await loaded(setting, 2);
    clock.randoms([chance(1.9)]);
    assert.equal(await cache.getOrSet('k', () => assert.fail('refreshed'), { earlyRefresh: 1 }), 'old');
    await clock.flush();
    assert.equal(cache.stats().loads, 1);
  });

  it('is the earlier the greater beta', async () => {
    const setting = aCache();
    const { cache, clock } = setting;
    await loaded(setting, 4);
    clock.randoms([chance(2.1)]);
    assert.equal(await cache.getOrSet('k', () => 'new', { earlyRefresh: 2 }), 'old');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });

  it('is off by default', async () => {
    const setting = aCache();
    const { cache, clock } = setting;
    await loaded(setting, 0.001);
    clock.randoms([1 - 2 ** -53]);
    assert.equal(await cache.getOrSet('k', () => assert.fail('refreshed')), 'old');
    await clock.flush();
  });

  it('is for loaded values: what was set cost nothing', async () => {
    const { cache, clock } = aCache({ earlyRefresh: 1000, ttl: 10 });
    await cache.set('k', 'set');
    await clock.advanceAsync('9.9s');
    clock.randoms([1 - 2 ** -53]);
    assert.equal(await cache.getOrSet('k', () => assert.fail('refreshed')), 'set');
    await clock.flush();
  });

  it('is done once, however many ask', async () => {
    const setting = aCache();
    const { cache, clock } = setting;
    await loaded(setting, 2);
    clock.randoms([chance(3), chance(3), chance(3)]);
    const { factory, give } = held<string>();
    let runs = 0;
    const load = () => {
      runs++;
      return factory();
    };
    for (let caller = 0; caller < 3; caller++) {
      assert.equal(await cache.getOrSet('k', load, { earlyRefresh: 1 }), 'old');
    }
    assert.equal(runs, 1);
    give('new');
  });

  it('that fails changes nothing', async () => {
    const setting = aCache();
    const { cache, clock } = setting;
    await loaded(setting, 2);
    clock.randoms([chance(3)]);
    assert.equal(await cache.getOrSet('k', () => Promise.reject(new Error('down')), { earlyRefresh: 1 }), 'old');
    await clock.flush();
    assert.equal((await cache.getEntry('k'))?.stale, false);
    assert.equal(cache.stats().errors, 1);
  });

  it.each<[string, () => Setting<never>, EntryOptions]>([
    ['a tier that answers with promises', () => aCache({ tiers: [aTier('far', { async: true })] }), {}],
    ['a shared tier', () => aCache({ tiers: [aTier('far', { async: true, shared: true })] }), {}],
    ['tagged entries', () => aCache(), { tags: ['t'] }],
    ['sliding entries', () => aCache(), { sliding: '1h' }],
    ['two tiers', () => twoTiers(), { tags: ['t'] }],
  ])('works with %s', async (_, make, options) => {
    const setting = make();
    const { cache, clock } = setting;
    await loaded(setting, 2, options);
    if (setting.near !== setting.far) loseFrom(setting.near, 'k');
    clock.randoms([chance(50), chance(50), chance(50)]);
    assert.equal(await cache.getOrSet('k', () => 'new', { earlyRefresh: 1 }), 'old');
    await clock.flush();
    assert.equal(await cache.get('k'), 'new');
  });
});
