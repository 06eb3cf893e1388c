import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Entry } from '../../src/entry/entry.ts';
import type { Keyspace } from '../../src/ports/keyspace.ts';
import type { FaultyTier, FaultyTierPlan } from '../../src/testing/index.ts';
import { faultyTier, InjectedFault, localBus, manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from './naive-tier.ts';

const clock = manualClock();
const host = { clock, sender: 'test', announce: false, report: () => {} };
const now = clock.now();

function entry(value: unknown): Entry {
  return {
    value,
    negative: false,
    createdAt: now,
    freshUntil: Number.POSITIVE_INFINITY,
    staleMs: 0,
    usableMs: 0,
    version: 0,
    cost: 0,
    slidingMs: 0,
    slidesUntil: Number.POSITIVE_INFINITY,
    tags: undefined,
    checkedAt: now,
  };
}

function begin(plan?: FaultyTierPlan): { tier: FaultyTier; keys: Keyspace } {
  const tier = faultyTier(new NaiveTier(), plan);
  return { tier, keys: tier.open({ namespace: 'n', region: '' }, host) };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: unknown): Promise<boolean> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  void Promise.resolve(promise).then(done, done);
  await clock.flush();
  return settled;
}

describe('faultyTier', () => {
  it('answers with values where the inner tier does and nothing has to be waited for', () => {
    const { tier, keys } = begin();
    const version = keys.set('k', entry(1), now);
    assert.equal(typeof version, 'number');
    tier.fail('get').once();
    assert.throws(() => keys.get('k', now), InjectedFault);
    assert.equal((keys.get('k', now) as Entry).value, 1);
  });

  it('fails operations before they do anything, with the error given', async () => {
    const { tier, keys } = begin({ async: true });
    const error = new Error('connection reset');
    const fault = tier.fail(['set', 'delete'], error).times(2);
    await assert.rejects(async () => keys.set('k', entry(1), now), error);
    assert.equal(await keys.get('k', now), undefined);
    await assert.rejects(async () => keys.delete('k', now), error);
    await keys.set('k', entry(2), now);
    assert.equal(fault.strikes, 2);
  });

  it('fails everything, from the start, until it is healed', async () => {
    const { tier, keys } = begin({ fail: true, async: true });
    await assert.rejects(async () => keys.get('k', now), InjectedFault);
    await assert.rejects(async () => keys.leases?.release('k', 't', now), InjectedFault);
    await assert.rejects(async () => keys.versions.read(['t'], now), InjectedFault);
    await assert.rejects(async () => tier.ping(), InjectedFault);
    await assert.rejects(async () => {
      for await (const key of keys.keys?.() ?? []) assert.fail(key);
    }, InjectedFault);
    tier.heal();
    assert.equal(await keys.get('k', now), undefined);
    await tier.ping();
  });

  it('strikes only the keys and calls that are meant', async () => {
    const { tier, keys } = begin();
    tier.fail('get').forKey('a');
    tier.fail('getMany').where(({ args }) => (args[0] as string[]).length > 1);
    assert.throws(() => keys.get('a', now));
    assert.equal(await keys.get('b', now), undefined);
    assert.throws(() => keys.getMany(['a', 'b'], now));
    assert.deepEqual(await keys.getMany(['a'], now), [undefined]);
  });

  it('hangs: neither done nor answered', async () => {
    const { tier, keys } = begin();
    tier.hang('set').once();
    assert.equal(await isSettled(keys.set('k', entry(1), now)), false);
    assert.equal(await keys.get('k', now), undefined);
  });

  it('delays by the clock', async () => {
    const { tier, keys } = begin();
    tier.delay('set', 100, clock).once();
    const setting = keys.set('k', entry(1), now);
    await clock.advanceAsync(99);
    assert.equal(await keys.get('k', now), undefined);
    await clock.advanceAsync(1);
    assert.ok((await setting) > 0);
    assert.equal((await keys.get('k', now))?.value, 1);
  });

  it('loses answers: done, but the caller is told otherwise, or nothing', async () => {
    const { tier, keys } = begin();
    tier.loseAnswer('set').once();
    assert.throws(() => keys.set('k', entry(1), now), InjectedFault);
    assert.equal((await keys.get('k', now))?.value, 1);
    tier.loseAnswer('delete', 'never').once();
    assert.equal(await isSettled(keys.delete('k', now)), false);
    assert.equal(await keys.get('k', now), undefined);
  });

  it('holds a call before it is done, and lets others pass', async () => {
    const { tier, keys } = begin();
    const gate = tier.hold('set');
    const held = keys.set('k', entry('held'), now);
    assert.deepEqual((await gate.reached).key, 'k');
    await keys.set('k', entry('passes'), now);
    assert.equal((await keys.get('k', now))?.value, 'passes');
    gate.release();
    assert.ok((await held) > 0);
    assert.equal((await keys.get('k', now))?.value, 'held');
  });

  it('holds an answer after the call is done', async () => {
    const { tier, keys } = begin();
    await keys.set('k', entry(1), now);
    const gate = tier.hold('delete', 'after');
    const deleting = keys.delete('k', now);
    await gate.reached;
    assert.equal(await keys.get('k', now), undefined);
    assert.equal(await isSettled(deleting), false);
    gate.release();
    assert.equal(await deleting, true);
  });

  it('holds two calls one by one', async () => {
    const { tier, keys } = begin();
    const [first, second] = [tier.hold('set'), tier.hold('set')];
    const [one, two] = [keys.set('k', entry(1), now), keys.set('k', entry(2), now)];
    await Promise.all([first.reached, second.reached]);
    second.release();
    await two;
    first.fail(new Error('gave up'));
    await assert.rejects(async () => one, /gave up/);
    assert.equal((await keys.get('k', now))?.value, 2);
  });

  it('a gate that is released before anybody comes holds nobody', async () => {
    const { tier, keys } = begin();
    tier.hold('get').release();
    assert.equal(await isSettled(keys.get('k', now)), true);
  });

  it('runs hooks before and after, and waits for them', async () => {
    const { tier, keys } = begin();
    const order: string[] = [];
    tier.before('set', async () => {
      await clock.flush();
      order.push(`before: ${(await keys.get('k', now))?.value}`);
    });
    tier.after('set', async (_, version) => {
      order.push(`after: ${(await keys.get('k', now))?.value}, ${typeof version}`);
    });
    const version = await keys.set('k', entry(1), now);
    assert.equal(typeof version, 'number');
    assert.deepEqual(order, ['before: undefined', 'after: 1, number']);
  });

  it('changes answers', async () => {
    const { tier, keys } = begin();
    await keys.set('k', entry(1), now);
    tier.corrupt('get', (answer) => ({ ...(answer as Entry), value: 'corrupt' })).once();
    assert.equal((await keys.get('k', now))?.value, 'corrupt');
    assert.equal((await keys.get('k', now))?.value, 1);
  });

  it('several faults strike one call in order', async () => {
    const { tier, keys } = begin();
    tier.delay('get', 50, clock);
    tier.fail('get', new Error('late and lost'));
    const getting = keys.get('k', now);
    assert.equal(await isSettled(getting), false);
    const rejected = assert.rejects(async () => getting, /late and lost/);
    await clock.advanceAsync(50);
    await rejected;
  });

  it('keeps a record of calls', async () => {
    const { tier, keys } = begin();
    const region = tier.open({ namespace: 'n', region: 'r' }, host);
    await keys.get('a', now);
    await region.leases?.renew('b', 'token', 5_000, now);
    await tier.ping();
    const seen = tier.calls.map(({ op, key, region: name, args }) => ({ op, key, region: name, args }));
    assert.deepEqual(seen, [
      { op: 'get', key: 'a', region: '', args: ['a', now] },
      { op: 'leases.renew', key: 'b', region: 'r', args: ['b', 'token', 5_000, now] },
      { op: 'ping', key: undefined, region: '', args: [] },
    ]);
    assert.equal(tier.count('get'), 1);
    assert.equal(tier.count('get', 'a'), 1);
    assert.equal(tier.count('get', 'b'), 0);
    tier.calls.length = 0;
    assert.equal(tier.count('get'), 0);
  });

  it('strikes the sync view: fails at once what would have to wait', () => {
    const { tier } = begin();
    const sync = tier.sync?.open({ namespace: 'n', region: '' }, host);
    assert.ok(sync);
    tier.fail('get').once();
    assert.throws(() => sync.get('k', now), InjectedFault);
    tier.loseAnswer('set').once();
    assert.throws(() => sync.set('k', entry(1), now), InjectedFault);
    assert.equal((sync.get('k', now) as Entry).value, 1);
    tier.hang('get').once();
    assert.throws(() => sync.get('k', now), /cannot wait/);
    tier.delay('get', 100, clock).once();
    assert.equal((sync.get('k', now) as Entry).value, 1);
    assert.equal(tier.calls.at(-1)?.sync, true);
  });

  it('strikes by chance, the same with the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const chance = manualClock(0, seed);
      const { tier, keys } = begin({ async: true });
      tier.randomly({ probability: 0.3, clock: chance, ops: ['get', 'set'] });
      const outcomes: string[] = [];
      for (let index = 0; index < 60; index++) {
        const before = chance.pending;
        const call = (async () => (index % 2 ? keys.get('k', now) : keys.set('k', entry(index), now)))();
        call.catch(() => {});
        await clock.flush();
        const delayed = chance.pending > before;
        await chance.advanceAsync(1_000);
        outcomes.push(
          await call.then(
            () => (delayed ? 'd' : '.'),
            (error) => (/answer/.test(error.message) ? 'l' : 'f'),
          ),
        );
      }
      assert.equal(await isSettled(keys.delete('k', now)), true);
      return outcomes.join('');
    };
    const outcomes = await run(7);
    assert.equal(await run(7), outcomes);
    assert.notEqual(await run(8), outcomes);
    for (const kind of '.dlf') assert.ok(outcomes.includes(kind), `${kind} in ${outcomes}`);
  });

  it('looks as it is asked to', async () => {
    const bus = localBus();
    const inner = new NaiveTier();
    const plan = {
      name: 'far',
      shared: true,
      leases: false,
      lists: false,
      async: true,
      bus,
      ttlMs: 5,
      commandTimeoutMs: 7,
    };
    const tier = faultyTier(inner, plan as FaultyTierPlan);
    const keys = tier.open({ namespace: 'n', region: '' }, host);
    assert.equal(tier.name, 'far');
    assert.deepEqual(tier.can, { shared: true, leases: false, lists: false, persistent: false, bytes: false });
    assert.equal(tier.bus, bus);
    assert.equal(tier.sync, undefined);
    assert.equal(tier.ttlMs, 5);
    assert.equal(tier.commandTimeoutMs, 7);
    assert.equal(keys.leases, undefined);
    assert.equal(keys.keys, undefined);
    assert.ok(keys.get('k', now) instanceof Promise);
    assert.equal(faultyTier(inner).name, 'naive');
    assert.equal(faultyTier(inner, { bus: false }).bus, undefined);
  });

  it('closes the inner tier, unless several are around one', async () => {
    const inner = new NaiveTier();
    const [one, two] = [faultyTier(inner, { keepOpen: true }), faultyTier(inner)];
    const scope = { namespace: 'n', region: '' };
    const [here, there] = [one.open(scope, host), two.open(scope, host)];
    await one.close();
    assert.throws(() => here.get('k', now), /closed/);
    assert.equal(await there.get('k', now), undefined);
    await two.close();
    assert.equal(inner.state.closed, true);
  });
});
