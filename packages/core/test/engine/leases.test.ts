import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
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
