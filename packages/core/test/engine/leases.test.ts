import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache } from '../../src/index.ts';
import type { LevelKind } from './stage.ts';
import { tierOf } from './stage.ts';
import { DOWN, outcomes, source, stages } from './waiting.ts';

const set = stages();

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

describe('a load that waits for the lease of another process', () => {
  const alone = (cache: Cache, factory: () => Promise<unknown>) => cache.getOrSet('k', factory);
  const inBatch = async (cache: Cache) => (await cache.getOrSetMany(['k'], () => assert.fail('loaded'))).get('k');

  it.each([
    { how: 'alone', load: alone },
    { how: 'in a batch', load: inBatch },
  ])('answers with the stale value after its softTimeout: $how', async ({ load }) => {
    const options = { ttl: 10, staleIfError: '1h', softTimeout: '100ms', leaseWait: '10s' } as const;
    const { one, two, clock } = set(['shared'], { cache: options });
    await one.cache.set('k', 'old');
    await clock.advanceAsync('11s');
    const { runs, factory } = source();
    const holder = one.cache.getOrSet('k', factory);
    await clock.flush();
    const waiter = load(two.cache, factory);
    await clock.advanceAsync('100ms');
    assert.deepEqual(await outcomes([holder, waiter]), ['old', 'old']);
    runs[0]?.resolve('new');
    await clock.advanceAsync('1s');
    assert.equal(await two.cache.get('k'), 'new');
    assert.equal(runs.length, 1);
  });

  it('waits no longer than leaseWait, though the clock steps back', async () => {
    const { one, two, clock } = set(['shared'], { cache: { leaseWait: '10s' } });
    const { runs, factory } = source();
    const holder = one.cache.getOrSet('k', factory);
    await clock.flush();
    const waiter = two.cache.getOrSet('k', factory);
    await clock.advanceAsync('1s');
    clock.step(-3_600_000);
    await clock.advanceAsync('9s');
    assert.equal(runs.length, 2);
    for (const run of runs) run.resolve('v');
    assert.deepEqual(await outcomes([holder, waiter]), ['v', 'v']);
  });

  it('has one softTimeout, though it comes to run the factory itself', async () => {
    const options = { ttl: 10, staleIfError: '1h', softTimeout: '6s', leaseTtl: '5s' } as const;
    const { one, two, clock } = set(['shared'], { cache: options });
    await one.cache.set('k', 'old');
    await clock.advanceAsync('11s');
    const { runs, factory } = source();
    const failing = one.cache.getOrSet('k', factory);
    await clock.flush();
    const waiter = two.cache.getOrSet('k', factory);
    await clock.flush();
    runs[0]?.reject(DOWN);
    assert.equal(await failing, 'old');
    await clock.advanceAsync('5900ms');
    assert.equal(runs.length, 2, 'the lease that stood as back-off is over');
    await clock.advanceAsync('100ms');
    assert.equal(await waiter, 'old');
    runs[1]?.resolve('new');
    await clock.flush();
    assert.equal(await two.cache.get('k'), 'new');
  });

  it('is not joined by who comes too late for the stale value that was all its callers waited for', async () => {
    const options = { ttl: 10, staleWhileRevalidate: 5 } as const;
    const { one, two, clock } = set(['shared'], { cache: options });
    await one.cache.set('k', 'old', { tags: ['t'] });
    await clock.advanceAsync('14900ms');
    const { runs, factory } = source();
    void one.cache.getOrSet('k', factory, { tags: ['t'] });
    await clock.flush();
    const versions = tierOf(two, 'only').hold('versions.ensure');
    assert.equal(await two.cache.getOrSet('k', factory, { tags: ['t'] }), 'old');
    await versions.reached;
    await clock.advanceAsync('200ms');
    const late = two.cache.getOrSet('k', factory, { tags: ['t'] });
    versions.release();
    runs[0]?.resolve('new');
    await clock.advanceAsync('1s');
    assert.equal(await late, 'new');
    assert.equal(runs.length, 1);
  });
});

describe('a load that was overtaken', () => {
  it.each<['one' | 'two']>([['one'], ['two']])(
    'gives its lease up at once, so that whoever comes later need not wait for it: by process %s',
    async (process) => {
      const { clock, ...processes } = set(['own', 'shared']);
      const { cache } = processes.one;
      const { runs, factory } = source();
      const options = { tags: ['t'] };
      const before = cache.getOrSet('k', factory, options);
      await clock.flush();
      await processes[process].cache.invalidateTags(['t']);
      const later = cache.getOrSet('k', factory, options);
      await clock.flush();
      assert.equal(runs.length, 2);
      runs[1]?.resolve('new');
      assert.equal(await later, 'new');
      runs[0]?.resolve('old');
      assert.equal(await before, 'old');
      assert.equal(await cache.get('k'), 'new');
    },
  );

  it('gives it up after a gap, too', async () => {
    const { one, clock } = set(['own', 'shared']);
    const { runs, factory } = source();
    const before = one.cache.getOrSet('k', factory);
    await clock.flush();
    one.bus.gap('a test');
    const later = one.cache.getOrSet('k', factory);
    await clock.flush();
    assert.equal(runs.length, 2);
    for (const run of runs) run.resolve('v');
    assert.deepEqual(await outcomes([before, later]), ['v', 'v']);
  });
});

describe('a batch of cache.sync', () => {
  const options = { tiers: { async: false }, cache: { leaseTtl: '5s' } } as const;

  it('holds no lease of what it has stored, though one of its values could not be', async () => {
    const { one, two, clock } = set(['shared'], options);
    const loader = (): Record<string, unknown> => ({ a: () => 1, b: 2 });
    assert.throws(() => one.cache.sync.getOrSetMany(['a', 'b'], loader), { code: 'SERIALIZATION_FAILED' });
    const there = two.cache.getOrSet('b', () => 'theirs');
    await clock.flush();
    assert.equal(await two.cache.get('b'), 2);
    assert.equal(await there, 2);
  });

  it('gives up the leases it has when it waits for itself', async () => {
    const { one, two, clock } = set(['shared'], options);
    const { sync } = one.cache;
    const again = (): unknown => sync.getOrSetMany(['a', 'k'], () => assert.fail('loaded'));
    assert.throws(() => sync.getOrSet('k', again), { code: 'FACTORY_FAILED' });
    const there = two.cache.getOrSet('a', () => 'theirs');
    await clock.flush();
    assert.equal(await two.cache.get('a'), 'theirs');
    assert.equal(await there, 'theirs');
  });
});

describe('a load that found a value', () => {
  it('is not joined when the ttl of that is over', async () => {
    const { one, two, clock } = set(['own-async', 'shared'], { tiers: { commandTimeoutMs: 60_000 } });
    await two.cache.set('k', 'old', { ttl: 5 });
    await clock.flush();
    const copying = tierOf(one, 'near').hold('leases.fill');
    const before = one.cache.getOrSet('k', () => 'unused');
    await copying.reached;
    await clock.advanceAsync('6s');
    const later = one.cache.getOrSet('k', () => 'new');
    copying.release();
    assert.equal(await before, 'old');
    assert.equal(await later, 'new');
  });
});
