import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Bus, Cache } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import type { TierOperation } from '../../src/testing/index.ts';
import { localBus, manualClock } from '../../src/testing/index.ts';
import { aCache, aTier, hear, held, twoTiers } from './setting.ts';

const ANSWERED: readonly TierOperation[] = [
  'get',
  'getMany',
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

const calls: [string, (cache: Cache<never>) => Promise<unknown>][] = [
  ['get', (cache) => cache.get('k')],
  ['set', (cache) => cache.set('k', 1)],
  ['getOrSet', (cache) => cache.getOrSet('k', () => assert.fail('loaded'))],
  ['has', (cache) => cache.has('k')],
  ['delete', (cache) => cache.delete('k')],
  ['touch', (cache) => cache.touch('k', 1)],
  ['expire', (cache) => cache.expire('k')],
  ['getMany', (cache) => cache.getMany(['k'])],
  ['setMany', (cache) => cache.setMany({ k: 1 })],
  ['deleteMany', (cache) => cache.deleteMany(['k'])],
  ['getOrSetMany', (cache) => cache.getOrSetMany(['k'], () => assert.fail('loaded'))],
  ['invalidateTags', (cache) => cache.invalidateTags(['t'])],
  ['invalidatePattern', (cache) => cache.invalidatePattern('*')],
  ['clear', (cache) => cache.clear()],
  ['getEntry', (cache) => cache.getEntry('k')],
];

describe('close', () => {
  it.each(calls)(
    'makes %s fail with CLOSED, sync or not, also where another cache keeps the tier open',
    async (_, call) => {
      const tier = aTier('tier');
      const { cache } = aCache({ tiers: [tier], regions: { a: {} } });
      const other = createCache({ name: 'other', tiers: [tier] });
      await cache.set('k', 1);
      await cache.region('a').set('k', 1);
      await cache.close();
      tier.calls.length = 0;
      await assert.rejects(call(cache), { code: 'CLOSED' });
      await assert.rejects(call(cache.region('a')), { code: 'CLOSED' });
      await assert.rejects(async () => call({ ...bound(cache.sync) } as unknown as Cache<never>), { code: 'CLOSED' });
      assert.equal(tier.calls.length, 0);
      await other.close();
    },
  );

  it('can be called again, and is the same', async () => {
    const { cache, near } = aCache();
    await Promise.all([cache.close(), cache.close()]);
    await cache.close();
    assert.equal(near.count('close'), 1);
  });

  it('is what `await using` does', async () => {
    const clock = manualClock();
    const tier = aTier('tier');
    {
      await using cache = createCache({ tiers: [tier], clock });
      await cache.set('k', 1);
    }
    assert.equal(tier.count('close'), 1);
    assert.equal(clock.pending, 0);
  });

  it('on a region closes the cache', async () => {
    const { cache, near } = aCache({ regions: { a: {} } });
    await cache.region('a').close();
    await assert.rejects(cache.get('k'), { code: 'CLOSED' });
    assert.equal(near.count('close'), 1);
  });

  it('closes a tier with the last cache that uses it', async () => {
    const tier = aTier('tier');
    const [one, two] = [createCache({ name: 'one', tiers: [tier] }), createCache({ name: 'two', tiers: [tier] })];
    await one.set('k', 1);
    await one.close();
    await one.close();
    assert.equal(tier.count('close'), 0);
    await two.set('k', 1);
    assert.equal(await two.get('k'), 1);
    await two.close();
    assert.equal(tier.count('close'), 1);
  });

  it('closes a tier once that several regions use, and those of regions', async () => {
    const own = aTier('own');
    const { cache, near } = aCache({ regions: { a: {}, b: { tiers: [own] }, c: { tiers: [own] } } });
    await cache.close();
    assert.deepEqual([near.count('close'), own.count('close')], [1, 1]);
  });

  it('leaves and closes its bus, unless another cache is on it', async () => {
    const bus = localBus();
    const tier = () => aTier('tier', { shared: true });
    const [one, two] = [createCache({ tiers: [tier()], bus }), createCache({ tiers: [tier()], bus })];
    await one.close();
    assert.equal(bus.links, 1);
    await bus.ping();
    await two.close();
    assert.equal(bus.links, 0);
    await assert.rejects(bus.ping(), { code: 'CLOSED' });
  });

  it('may be called by what it ends: an abort listener, an extension', async () => {
    const tier = aTier('tier');
    const other = createCache({ name: 'other', tiers: [tier] });
    await other.set('k', 1);
    let ended = 0;
    const { cache, clock } = aCache({
      tiers: [tier],
      extensions: [
        (its) => ({
          close: () => {
            ended++;
            void its.close();
          },
        }),
      ],
    });
    const loading = cache.getOrSet('k2', ({ signal }) => {
      signal.addEventListener('abort', () => void cache.close());
      return new Promise<number>(() => {});
    });
    const refused = assert.rejects(loading, { code: 'CLOSED' });
    await clock.flush();
    await cache.close();
    await refused;
    assert.equal(ended, 1);
    assert.equal(tier.count('close'), 0, 'the other cache uses it');
    assert.equal(await other.get('k'), 1);
    await other.close();
  });

  it('begins nothing for an abort listener that still wants something', async () => {
    const { cache, clock } = aCache();
    const { promise: refused, resolve } = Promise.withResolvers<Promise<unknown>>();
    const loading = cache.getOrSet('k', ({ signal }) => {
      signal.addEventListener('abort', () => {
        resolve(
          assert.rejects(
            cache.getOrSet('other', () => assert.fail('loaded')),
            { code: 'CLOSED' },
          ),
        );
      });
      return new Promise<number>(() => {});
    });
    const ended = assert.rejects(loading, { code: 'CLOSED' });
    await clock.flush();
    await cache.close();
    await Promise.all([refused, ended]);
  });

  it('waits for extensions before the tiers are closed, but not for ever', async () => {
    const extension = held<void>();
    const { cache, near, clock } = aCache({ extensions: [() => ({ close: extension.factory })] });
    const closing = cache.close();
    await clock.flush();
    assert.equal(near.count('close'), 0);
    extension.give();
    await closing;
    assert.equal(near.count('close'), 1);

    const hanging = aCache({ clock, extensions: [() => ({ close: () => new Promise<void>(() => {}) })] });
    const late = hanging.cache.close();
    await clock.advanceAsync('2s');
    await late;
    assert.equal(hanging.near.count('close'), 1);
  });

  it('survives a bus that cannot be left', async () => {
    const leave = (): never => assert.fail('left');
    const bus: Bus = { name: 'bus', join: () => ({ publish: () => {}, leave }), ping: () => {}, close: () => {} };
    const { cache, near } = aCache({ bus });
    await cache.close();
    assert.equal(near.count('close'), 1);
  });

  it('leaves no tier attached to a cache that a bus did not let be made', async () => {
    const tier = aTier('tier');
    const bus: Bus = { name: 'bus', join: () => assert.fail('joined'), ping: () => {}, close: () => {} };
    assert.throws(() => createCache({ tiers: [tier], bus }), /joined/);
    await createCache({ tiers: [tier] }).close();
    assert.equal(tier.count('close'), 2);
  });

  it('tells a tier what is kept for it, once more', async () => {
    const { cache, far } = twoTiers({ bus: false }, { far: { shared: true } });
    const errors = hear(cache, 'error');
    await cache.set('k', 1);
    far.fail('delete').once();
    await cache.delete('k').catch(() => {});
    errors.length = 0;
    await cache.close();
    assert.equal(far.count('deleteMany'), 1);
    assert.deepEqual(errors, []);
  });

  it.each([
    ['that failed once more', ['delete', 'deleteMany']],
    ['that is down', ['delete', 'get', 'ping']],
  ] as const)('says what could not be told to a tier %s', async (_, fault) => {
    const { cache, far } = twoTiers({ bus: false }, { far: { shared: true } });
    const errors = hear(cache, 'error');
    await cache.set('k', 1);
    far.fail(fault);
    await cache.delete('k').catch(() => {});
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    errors.length = 0;
    await cache.close();
    assert.deepEqual(
      errors.map(({ operation, tier, error }) => [operation, tier, error.code, /^1 invalidations/.test(error.message)]),
      [['close', 'far', 'TIER_FAILED', true]],
    );
  });

  it.each(calls.filter(([name]) => !name.startsWith('getOrSet')))(
    'ends a %s with CLOSED that waits for a tier, be it the only one or behind another',
    async (_, call) => {
      const only = aTier('only', { async: true });
      for (const { cache, far, clock } of [twoTiers(), { ...aCache({ tiers: [only] }), far: only }]) {
        far.hang(ANSWERED);
        const ended = assert.rejects(call(cache), { code: 'CLOSED' });
        await clock.flush();
        await cache.close();
        await ended;
      }
    },
  );

  it('ends loads under way with CLOSED, and aborts their signals', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1h' });
    let signal: AbortSignal | undefined;
    const { factory, give } = held<number>();
    const waiting = cache.getOrSet('k', (context) => {
      signal = context.signal;
      return factory();
    });
    const batch = cache.getOrSetMany(['a'], () => new Promise<Record<string, number>>(() => {}));
    const ended = Promise.all([assert.rejects(waiting, { code: 'CLOSED' }), assert.rejects(batch, { code: 'CLOSED' })]);
    await cache.close();
    await ended;
    assert.equal(signal?.aborted, true);
    give(1);
    await clock.flush();
    assert.equal(clock.pending, 0);
  });

  it('ends loads that were overtaken, too', async () => {
    const { cache, clock } = aCache({ hardTimeout: '1h' });
    const waiting = cache.getOrSet('k', () => new Promise<number>(() => {}));
    const ended = assert.rejects(waiting, { code: 'CLOSED' });
    await cache.delete('k');
    await cache.close();
    await ended;
    assert.equal(clock.pending, 0);
  });

  it('ends refreshes, without a word', async () => {
    const { cache, clock } = aCache({ ttl: 10, staleWhileRevalidate: 60, hardTimeout: '1h' });
    const errors: unknown[] = [];
    cache.on('error', (event) => errors.push(event));
    await cache.set('k', 'old');
    clock.advance('11s');
    assert.equal(await cache.getOrSet('k', () => new Promise<string>(() => {})), 'old');
    await cache.close();
    await clock.flush();
    assert.equal(clock.pending, 0);
    assert.deepEqual(errors, []);
  });

  it('runs no factory for a load that was still reading', async () => {
    const { cache, far, clock } = twoTiers();
    const gate = far.hold('get');
    const waiting = cache.getOrSet('k', () => assert.fail('loaded'));
    const ended = assert.rejects(waiting, { code: 'CLOSED' });
    await gate.reached;
    await cache.close();
    gate.release();
    await ended;
    await clock.flush();
  });

  it('ends the timers of tiers that are down', async () => {
    const { cache, far, clock } = twoTiers();
    far.fail();
    for (let turn = 0; turn < 4; turn++) await cache.delete('k');
    assert.ok(clock.pending > 0);
    far.heal();
    await cache.close();
    assert.equal(clock.pending, 0);
    await clock.advanceAsync('1h');
    assert.equal(clock.pending, 0);
  });

  it('survives a tier that cannot be closed', async () => {
    const { cache, near } = aCache();
    near.fail('close');
    await cache.close();
    await assert.rejects(cache.get('k'), { code: 'CLOSED' });
  });
});

describe('close of a tier that hangs', () => {
  it('is waited for, but not for ever', async () => {
    const { cache, near, clock } = aCache();
    near.hang('close');
    let isClosed = false;
    const closing = cache.close().then(() => {
      isClosed = true;
    });
    await clock.advanceAsync('4s');
    assert.equal(isClosed, false);
    await clock.advanceAsync('1s');
    await closing;
    assert.equal(clock.pending, 0);
  });
});

describe('timers', () => {
  it('there are none while nothing is under way', async () => {
    const { cache, clock } = twoTiers({ regions: { a: {} } }, { far: { shared: true } });
    await cache.set('k', 1, { tags: ['t'] });
    await cache.getOrSet('l', async () => 1);
    await cache.get('k');
    await cache.invalidateTags(['t']);
    assert.equal(clock.pending, 0);
  });

  it('of the background do not keep the process alive', async () => {
    const { cache, far, clock } = twoTiers();
    far.fail('delete');
    await cache.delete('k');
    assert.ok(clock.timers().length > 0);
    assert.ok(clock.timers().every(({ background }) => background));
  });
});

/** The methods of a sync view, as an object to be called like a cache. */
function bound(sync: Cache<never>['sync']): Record<string, unknown> {
  return Object.fromEntries(
    calls.map(([name]) => [name, (...args: never[]) => Reflect.apply(sync[name as 'get'], sync, args)]),
  );
}
