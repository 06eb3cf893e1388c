import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { createCache } from '../../src/index.ts';
import { localBus } from '../../src/testing/index.ts';
import { aCache, aTier, counting, held, loseFrom, twoTiers } from './setting.ts';

/* Mistakes that caches are known to make, each as a test that this one does not. */

describe('a load that an invalidation overtook (B1, B2, C2, M4, A1, T2, N3, L1)', () => {
  const overtaking: [string, (cache: ReturnType<typeof twoTiers>['cache']) => Promise<unknown>][] = [
    ['delete', (cache) => cache.delete('k')],
    ['set', (cache) => cache.set('k', 'set')],
    ['invalidateTags', (cache) => cache.invalidateTags(['t'])],
    ['invalidatePattern', (cache) => cache.invalidatePattern('k*')],
    ['clear', (cache) => cache.clear()],
  ];

  it.each(overtaking)('is stored in no tier: %s', async (name, overtake) => {
    const { cache, clock, near } = twoTiers({}, { far: { shared: true } });
    const { factory, give } = held<string>();
    const waiting = cache.getOrSet('k', factory, { tags: ['t'] });
    await clock.flush();
    await overtake(cache);
    give('old');
    assert.equal(await waiting, 'old');
    const newer = name === 'set' ? 'set' : undefined;
    assert.equal(await cache.get('k'), newer);
    loseFrom(near, 'k');
    assert.equal(await cache.get('k'), newer);
  });

  it.each(overtaking)('is stored in no tier, in a batch either (L5): %s', async (name, overtake) => {
    const { cache, clock, near } = twoTiers({}, { far: { shared: true } });
    const { factory, give } = held<Record<string, string>>();
    const waiting = cache.getOrSetMany(['k', 'k2'], factory, { tags: ['t'] });
    await clock.flush();
    await overtake(cache);
    give({ k: 'old', k2: 'old' });
    await waiting;
    const newer = name === 'set' ? 'set' : undefined;
    assert.equal(await cache.get('k'), newer);
    loseFrom(near, 'k');
    assert.equal(await cache.get('k'), newer);
  });
});

describe('between processes', () => {
  const pair = (bus: 'bus' | 'none') => {
    const line = localBus();
    const shared = aTier('shared', { shared: true });
    const nears = [aTier('near'), aTier('near')] as const;
    const options = bus === 'bus' ? { bus: line } : { bus: false as const };
    const here = aCache({ namespace: 'n', tiers: [nears[0], shared], ...options });
    const { clock } = here;
    const there = createCache({ namespace: 'n', tiers: [nears[1], shared], clock, ...options });
    return { here: here.cache, there, clock, nears, close: () => there.close() };
  };

  it('a delete is told though nothing was here (C4)', async () => {
    const { here, there, nears, close } = pair('bus');
    await here.set('k', 1);
    assert.equal(await there.get('k'), 1);
    loseFrom(nears[0], 'k', { namespace: 'n' });
    await here.delete('k');
    assert.equal(await there.get('k'), undefined);
    await here.delete('k');
    await close();
  });

  it('clear is told (C4b)', async () => {
    const { here, there, close } = pair('bus');
    await here.set('k', 1);
    await there.get('k');
    await here.clear();
    assert.equal(await there.get('k'), undefined);
    await close();
  });

  it('what was invalidated elsewhere is not taken from the shared tier, message or not (B7)', async () => {
    const { here, there, clock, close } = pair('none');
    await here.set('a', 1, { tags: ['t'] });
    await here.set('b', 2, { tags: ['t'] });
    assert.equal(await there.get('a'), 1);
    await here.invalidateTags(['t']);
    assert.equal(await there.get('b'), undefined);
    clock.advance('10s');
    assert.equal(await there.get('a'), undefined);
    await close();
  });
});

describe('tags', () => {
  it('hold for as long as their entries (A5)', async () => {
    const { cache, clock } = aCache();
    await cache.set('k', 1, { ttl: '30d', tags: ['t'] });
    clock.advance('29d');
    assert.equal(await cache.get('k'), 1);
    await cache.invalidateTags(['t']);
    assert.equal(await cache.get('k'), undefined);
  });

  it('of one key do not leak into others by the array that named them (B5)', async () => {
    const { cache } = aCache();
    const tags = ['a'];
    await cache.getOrSet(
      'k',
      ({ setTags }) => {
        setTags(['k']);
        return 1;
      },
      { tags },
    );
    await cache.getOrSet('l', () => 1, { tags });
    await cache.invalidateTags(['k']);
    assert.deepEqual([await cache.get('k'), await cache.get('l')], [undefined, 1]);
  });
});

describe('errors', () => {
  it('of a far tier do not bring deleted values back (B9)', async () => {
    const { cache, far } = twoTiers();
    await cache.set('k', 'v1');
    far.fail('delete');
    await cache.delete('k');
    assert.equal(await cache.get('k'), undefined);
    const factory = counting('v2');
    assert.equal(await cache.getOrSet('k', factory), 'v2');
    assert.equal(factory.runs, 1);
  });

  it('of a factory are not swallowed (C1)', async () => {
    const { cache } = aCache();
    await assert.rejects(
      cache.getOrSet('k', () => Promise.reject(new Error('down'))),
      { message: 'down' },
    );
  });

  it('of all tiers reject a set and a delete, and nothing else', async () => {
    const { cache, near } = aCache();
    near.fail();
    await assert.rejects(cache.set('k', 1), { code: 'TIER_FAILED' });
    await assert.rejects(cache.delete('k'), { code: 'TIER_FAILED' });
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.getOrSet('k', () => 1), 1);
  });

  it('that never come: a tier that does not answer is not waited for (C5)', async () => {
    const { cache, far, clock } = twoTiers();
    far.hang();
    const waiting = [cache.get('k'), cache.getOrSet('l', () => 1)];
    await clock.advanceAsync('5s');
    assert.deepEqual(await Promise.all(waiting), [undefined, 1]);
    far.heal();
  });
});

describe('times', () => {
  it('of a copy are those of the original (M2), and an override of the call holds for it', async () => {
    const { cache, clock, near } = twoTiers();
    await cache.set('k', 1, { ttl: '300ms' });
    loseFrom(near, 'k');
    clock.advance(3);
    await cache.getOrSet('k', () => 2, { ttl: '1m', tiers: { near: { ttl: '1m' } } });
    clock.advance(297);
    assert.equal(await cache.get('k'), undefined);
  });

  it('longer than a timer can count are no shorter (US)', async () => {
    const { cache, clock } = aCache();
    await cache.set('k', 1, { ttl: '25d' });
    clock.advance('24d');
    assert.equal(await cache.get('k'), 1);
    clock.advance('1d');
    assert.equal(await cache.get('k'), undefined);
  });

  it('are known to the millisecond (AD)', async () => {
    const { cache, clock } = aCache();
    await cache.set('k', 1, { ttl: '1500ms' });
    clock.advance(1499);
    assert.equal(await cache.get('k'), 1);
    clock.advance(1);
    assert.equal(await cache.get('k'), undefined);
  });
});

describe('values', () => {
  it('that only a far tier has are seen (M1)', async () => {
    const { cache, near } = twoTiers();
    await cache.set('k', 1);
    loseFrom(near, 'k');
    assert.equal(await cache.has('k'), true);
    assert.equal(await cache.getOrSet('k', () => 2), 1);
  });

  it.each(['123', 'true', 'null', ''])('that are strings stay strings: %j (U2, L2)', async (value) => {
    const { cache } = aCache();
    await cache.set('k', value);
    assert.equal(await cache.get('k'), value);
  });

  it('of keys that look alike are two (U4)', async () => {
    const { cache } = aCache();
    const keys = ['a/b', 'a:b', 'a\\b', 'a b', 'A:B', 'a:b '];
    await cache.setMany(keys.map((key) => [key, key] as const));
    assert.deepEqual([...(await cache.getMany(keys)).values()], keys);
  });
});

describe('loads', () => {
  it('that fail are one at a time, whoever comes when (B3)', async () => {
    const { cache, clock } = twoTiers({}, { far: { shared: true } });
    let [running, most] = [0, 0];
    const callers: Promise<unknown>[] = [];
    for (let caller = 0; caller < 20; caller++) {
      const failing = cache.getOrSet('k', async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => void clock.setTimer(resolve, 25, false));
        running--;
        throw new Error('down');
      });
      callers.push(assert.rejects(failing, { message: 'down' }));
      await clock.advanceAsync(7);
    }
    await clock.advanceAsync('1m');
    await Promise.all(callers);
    assert.equal(most, 1);
  });

  it('that fail are shared by those who wait (B3b)', async () => {
    const { cache } = aCache();
    let runs = 0;
    const callers = Array.from({ length: 50 }, () =>
      cache.getOrSet('k', async () => {
        runs++;
        throw new Error('down');
      }),
    );
    assert.ok((await Promise.allSettled(callers)).every(({ status }) => status === 'rejected'));
    assert.equal(runs, 1);
  });

  it('that come too late overwrite nothing (B4)', async () => {
    const { cache, clock } = twoTiers({}, { far: { shared: true } });
    const { factory, give } = held<string>();
    const failed = assert.rejects(cache.getOrSet('k', factory, { hardTimeout: '1s' }), { code: 'TIMEOUT' });
    await clock.advanceAsync('1s');
    await failed;
    await cache.set('k', 'newer');
    give('late');
    await clock.flush();
    assert.equal(await cache.get('k'), 'newer');
  });

  it('that wait for themselves fail, and do not hang (B13, M5)', async () => {
    const { cache } = twoTiers();
    const again = (): Promise<number> => cache.getOrSet('k', again);
    await assert.rejects(cache.getOrSet('k', again), { code: 'FACTORY_FAILED' });
    const many = () => cache.getOrSetMany(['k'], async () => ({ k: await cache.getOrSet('k', () => 1) }));
    await assert.rejects(many(), { code: 'FACTORY_FAILED' });
  });

  it('do not bring back what clear is deleting: it goes from far to near', async () => {
    const { cache, far } = twoTiers();
    await cache.set('k', 'old');
    const gate = far.hold('clear');
    const clearing = cache.clear();
    await gate.reached;
    await cache.get('k');
    gate.release();
    await clearing;
    const factory = counting('new');
    assert.equal(await cache.getOrSet('k', factory), 'new');
    assert.equal(factory.runs, 1);
  });
});
