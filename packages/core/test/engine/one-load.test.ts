import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import type { Cache, FactoryContext } from '../../src/index.ts';
import { CacheError } from '../../src/index.ts';
import type { LevelKind, Stage } from './stage.ts';
import { stage, tierOf } from './stage.ts';

/** A factory whose runs the test ends. */
function source(): Source {
  const runs: PromiseWithResolvers<unknown>[] = [];
  const factory = (): Promise<unknown> => {
    const run = Promise.withResolvers<unknown>();
    runs.push(run);
    return run.promise;
  };
  return { runs, factory };
}

interface Source {
  readonly runs: PromiseWithResolvers<unknown>[];
  readonly factory: () => Promise<unknown>;
}

const DOWN = new Error('the source is down');

let open: Stage | undefined;
function set(kinds: readonly LevelKind[], options?: Parameters<typeof stage>[1]): Stage {
  open = stage(kinds, options);
  return open;
}

afterEach(async () => {
  await open?.close();
  assert.equal(open?.clock.pending ?? 0, 0, 'timers are left after close');
});

function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map((promise) => promise.catch((error: unknown) => error)));
}

describe.each<{ kinds: LevelKind[] }>([
  { kinds: ['own'] },
  { kinds: ['own-async'] },
  { kinds: ['own', 'shared'] },
  { kinds: ['own', 'shared', 'shared'] },
])('callers of one process over $kinds', ({ kinds }) => {
  it('share one load, however they call', async () => {
    const { one, clock } = set(kinds);
    const { runs, factory } = source();
    const many = (keys: string[]): Promise<Map<string, unknown>> =>
      one.cache.getOrSetMany(keys, async () => new Map([['k', await factory()]]));
    const calls = [one.cache.getOrSet('k', factory), many(['k']), one.cache.getOrSet('k', factory), many(['k'])];
    await clock.flush();
    assert.equal(runs.length, 1);
    runs[0]?.resolve('v');
    assert.deepEqual(await outcomes(calls), ['v', new Map([['k', 'v']]), 'v', new Map([['k', 'v']])]);
    assert.equal(one.cache.stats().joins, 3);
  });

  it('share its error, and the next caller tries again at once', async () => {
    const { one, clock } = set(kinds);
    const { runs, factory } = source();
    const calls = Array.from({ length: 50 }, () => one.cache.getOrSet('k', factory));
    await clock.flush();
    runs[0]?.reject(DOWN);
    assert.deepEqual(new Set(await outcomes(calls)), new Set([DOWN]));
    const again = one.cache.getOrSet('k', factory);
    await clock.flush();
    assert.equal(runs.length, 2);
    runs[1]?.resolve('v');
    assert.equal(await again, 'v');
    assert.equal(await one.cache.get('k'), 'v');
  });

  it('retry at once after a value that cannot be stored', async () => {
    const { one, clock } = set(kinds);
    await assert.rejects(
      one.cache.getOrSet('k', () => () => {}),
      (error) => CacheError.is(error, 'SERIALIZATION_FAILED'),
    );
    const again = one.cache.getOrSet('k', () => 'v');
    await clock.flush();
    assert.equal(await again, 'v');
  });
});

describe('callers of a batch', () => {
  it('join who loads a key again, after the load that they had joined failed', async () => {
    const { one, clock } = set(['own']);
    const { runs, factory } = source();
    const first = one.cache.getOrSet('k', factory);
    const batch = one.cache.getOrSetMany(['k'], async () => ({ k: await factory() }));
    const again = first.catch(() => one.cache.getOrSet('k', factory));
    await clock.flush();
    runs[0]?.reject(DOWN);
    await clock.flush();
    assert.equal(runs.length, 2);
    runs[1]?.resolve('v');
    assert.equal(await again, 'v');
    assert.deepEqual(await batch, new Map([['k', 'v']]));
  });

  it('do not wait for a key that another process loads, nor does its end keep the others', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s' } });
    const slow = source();
    const theirs = two.cache.getOrSet('slow', slow.factory);
    await clock.flush();
    const batch = one.cache.getOrSetMany(['quick', 'slow'], (keys) => new Map(keys.map((key) => [key, `own ${key}`])), {
      ttl: 1,
    });
    await clock.flush();
    assert.equal(await one.cache.get('quick'), 'own quick');
    await clock.advanceAsync('2s');
    let runs = 0;
    const late = one.cache.getOrSet('quick', () => `run ${++runs}`);
    await clock.flush();
    assert.equal(await late, 'run 1', 'its ttl was over');
    slow.runs[0]?.resolve('theirs');
    assert.equal(await theirs, 'theirs');
    await clock.advanceAsync('1s');
    assert.deepEqual(
      [...(await batch)],
      [
        ['quick', 'own quick'],
        ['slow', 'theirs'],
      ],
    );
  });

  it('get CLOSED when the cache is closed, and no loader runs after that', async () => {
    const { one, clock } = set(['own']);
    let runs = 0;
    const load = one.cache.getOrSet('k', () => new Promise(() => {}));
    const batch = one.cache.getOrSetMany(['k'], () => {
      runs++;
      return {};
    });
    await clock.flush();
    const results = outcomes([load, batch]);
    await one.cache.close();
    for (const error of await results) assert.ok(CacheError.is(error, 'CLOSED'));
    assert.equal(runs, 0);
  });
});

describe('callers of two processes', () => {
  it.each<{ kinds: LevelKind[] }>([
    { kinds: ['shared'] },
    { kinds: ['own', 'shared'] },
    { kinds: ['own', 'shared', 'shared'] },
  ])('share one load over $kinds', async ({ kinds }) => {
    const { one, two, clock } = set(kinds);
    const { runs, factory } = source();
    const calls = [one, two, two, one].map(({ cache }) => cache.getOrSet('k', factory));
    await clock.advanceAsync('3s');
    assert.equal(runs.length, 1);
    runs[0]?.resolve('v');
    await clock.advanceAsync('1s');
    assert.deepEqual(await outcomes(calls), ['v', 'v', 'v', 'v']);
    assert.equal(runs.length, 1);
  });

  it('do not share errors: elsewhere one at a time tries again, after the lease', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s', leaseWait: '60s' } });
    const { runs, factory } = source();
    const here = [one.cache.getOrSet('k', factory), one.cache.getOrSet('k', factory)];
    await clock.flush();
    const there = [two.cache.getOrSet('k', factory), two.cache.getOrSet('k', factory)];
    await clock.flush();
    runs[0]?.reject(DOWN);
    assert.deepEqual(await outcomes(here), [DOWN, DOWN]);
    await clock.advanceAsync('4s');
    assert.equal(runs.length, 1, 'the lease stands as back-off');
    await clock.advanceAsync('6s');
    assert.equal(runs.length, 2);
    runs[1]?.resolve('v');
    assert.deepEqual(await outcomes(there), ['v', 'v']);
  });

  it('renew a lease as long as its factory runs', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s', leaseWait: '5m' } });
    const { runs, factory } = source();
    const calls = [one.cache.getOrSet('k', factory), two.cache.getOrSet('k', factory)];
    await clock.advanceAsync('60s');
    assert.equal(runs.length, 1);
    runs[0]?.resolve('v');
    await clock.advanceAsync('1s');
    assert.deepEqual(await outcomes(calls), ['v', 'v']);
    assert.equal(await two.cache.get('k'), 'v');
  });

  it('take over from one who has crashed', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s', leaseWait: '60s' } });
    const { runs, factory } = source();
    void one.cache.getOrSet('k', factory);
    await clock.flush();
    tierOf(one, 'far').hang();
    const there = two.cache.getOrSet('k', factory);
    await clock.advanceAsync('11s');
    assert.equal(runs.length, 2);
    runs[1]?.resolve('theirs');
    await clock.flush();
    assert.equal(await there, 'theirs');
    runs[0]?.resolve('too late');
    tierOf(one, 'far').heal();
    await clock.advanceAsync('10s');
    assert.equal(await two.cache.get('k'), 'theirs');
  });

  it('load without storing when they have waited for long enough', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s', leaseWait: '10s' } });
    const { runs, factory } = source();
    const here = one.cache.getOrSet('k', factory);
    await clock.flush();
    const there = two.cache.getOrSet('k', factory);
    await clock.advanceAsync('11s');
    assert.equal(runs.length, 2);
    runs[1]?.resolve('unstored');
    assert.equal(await there, 'unstored');
    assert.equal(await two.cache.get('k'), undefined);
    runs[0]?.resolve('v');
    assert.equal(await here, 'v');
    assert.equal(await two.cache.get('k'), 'v');
  });

  it('cannot land after a pause longer than the lease, and write nowhere', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s' } });
    const fenced: unknown[] = [];
    one.cache.on('fenced', (event) => fenced.push(event.key));
    const { runs, factory } = source();
    const here = one.cache.getOrSet('k', factory);
    await clock.flush();
    // All of the process stands still: no renewal, and then the clock has jumped.
    tierOf(one, 'far').fail('leases.renew');
    await clock.advanceAsync('6s');
    runs[0]?.resolve('paused');
    assert.equal(await here, 'paused');
    assert.deepEqual(fenced, ['k']);
    assert.equal(await one.cache.get('k'), undefined);
    assert.equal(await two.cache.get('k'), undefined);
  });

  it('are woken when the lease ends between the answer and the listening', async () => {
    const { one, two, clock } = set(['shared']);
    const { runs, factory } = source();
    const here = one.cache.getOrSet('k', factory);
    await clock.flush();
    const listening = tierOf(two, 'only').hold('leases.acquire', 'after');
    const there = two.cache.getOrSet('k', factory);
    await listening.reached;
    runs[0]?.resolve('v');
    await here;
    listening.release();
    await clock.flush();
    assert.equal(await there, 'v');
  });
});

describe('a factory that waits for itself', () => {
  const isReentrant = (error: unknown): boolean =>
    CacheError.is(error, 'FACTORY_FAILED') && /re-entrant/.test(error.message);
  type Call = (cache: Cache, key: string, make: (context?: FactoryContext) => unknown) => Promise<unknown>;
  const single: Call = (cache, key, make) => cache.getOrSet(key, async () => make());
  const many: Call = (cache, key, make) => cache.getOrSetMany([key], async () => ({ [key]: await make() }));

  it.each<[string, Call, Call]>([
    ['getOrSet', single, single],
    ['getOrSetMany', many, many],
    ['getOrSet in getOrSetMany', many, single],
    ['getOrSetMany in getOrSet', single, many],
  ])('is told so: %s', async (_, outer, inner) => {
    const { one } = set(['own', 'shared']);
    let runs = 0;
    const make = (): Promise<unknown> => {
      runs++;
      return inner(one.cache, 'k', make);
    };
    await assert.rejects(outer(one.cache, 'k', make), isReentrant);
    assert.equal(runs, 1);
  });

  it.each<[string, Call]>([
    ['getOrSet', single],
    ['getOrSetMany', many],
  ])('is told so in a circle: %s', async (_, call) => {
    const { one } = set(['own', 'shared']);
    const circle = call(one.cache, 'a', () => call(one.cache, 'b', () => call(one.cache, 'a', () => 1)));
    await assert.rejects(circle, isReentrant);
  });

  it('is told so when two callers cross', async () => {
    const { one, clock } = set(['own', 'shared']);
    const both = Promise.withResolvers<void>();
    const cross = (key: string, other: string): Promise<unknown> =>
      one.cache.getOrSet(key, async () => {
        await both.promise;
        return one.cache.getOrSet(other, () => 1);
      });
    const calls = outcomes([cross('a', 'b'), cross('b', 'a')]);
    await clock.flush();
    both.resolve();
    const errors = await calls;
    assert.ok(errors.some(isReentrant), String(errors));
  });

  it('is told so by cache.sync', () => {
    const { one } = set(['own']);
    const { sync } = one.cache;
    assert.throws(() => sync.getOrSet('a', () => sync.getOrSet('b', () => sync.getOrSet('a', () => 1))), isReentrant);
    assert.throws(() => sync.getOrSetMany(['a'], () => ({ a: sync.getOrSet('a', () => 1) })), isReentrant);
    assert.equal(
      sync.getOrSet('a', () => 2),
      2,
    );
  });

  it('does not hang when the waiting goes through cache.sync', async () => {
    const { one } = set(['own']);
    const value = await one.cache.getOrSet('k', async () => one.cache.sync.getOrSet('k', () => 'inner'));
    assert.equal(value, 'inner');
  });

  it('may wait for others, and ask again when it is done', async () => {
    const { one } = set(['own']);
    const value = await one.cache.getOrSet('a', async () => `${await one.cache.getOrSet('b', () => 'b')}a`);
    assert.equal(value, 'ba');
    assert.equal(await one.cache.getOrSet('b', () => 'other'), 'b');
  });
});
