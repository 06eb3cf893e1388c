import assert from 'node:assert/strict';
import type { Case, Group } from '../suite.ts';
import { unlessLeases, unlessWaits } from './claims.ts';
import type { TierTest } from './tier-test.ts';

const STALE = { ttlMs: 50, staleMs: 60_000, usableMs: 60_000 };

/** Resolves when somebody gave the signal, or it took too long. */
async function wakes(test: TierTest, act: () => Promise<unknown>): Promise<void> {
  const { token } = await test.win('k');
  const waiting = test.leases.wait?.('k', 60_000, new AbortController().signal);
  let isAwake = false;
  void waiting?.then(() => {
    isAwake = true;
  });
  await test.wait(1);
  assert.equal(isAwake, false, 'it woke before anything happened');
  await (act === giveBack ? test.leases.release('k', token, test.now) : act());
  for (let tries = 0; tries < 100 && !isAwake; tries++) await test.wait(10);
  assert.ok(isAwake, 'the waiter was not woken within a second');
}

async function giveBack(): Promise<void> {}

const cases: readonly Case<TierTest>[] = [
  {
    name: 'a miss wins a lease with a token of its own',
    run: async (test) => {
      const [one, two] = [await test.win('a'), await test.win('b')];
      assert.equal(typeof one.token, 'string');
      assert.ok(one.token.length > 0);
      assert.notEqual(one.token, two.token);
      assert.ok(Number.isFinite(one.grantedAt) && one.grantedAt >= 0, `grantedAt ${one.grantedAt}`);
    },
  },
  {
    name: 'who comes second is told that it is held',
    run: async (test) => {
      await test.win('k');
      assert.deepEqual(await test.acquire('k'), { state: 'held' });
      assert.deepEqual(await test.acquire('k'), { state: 'held' });
    },
  },
  {
    name: 'a fresh value is a hit, and no lease is given',
    run: async (test) => {
      const version = await test.put('k', { a: 1 });
      const answer = await test.acquire('k');
      assert.ok(answer.state === 'hit', `answered with "${answer.state}"`);
      assert.deepEqual(answer.entry.value, { a: 1 });
      assert.equal(answer.entry.version, version);
      assert.equal((await test.acquire('k', { replaces: version })).state, 'won', 'the hit left a lease behind');
    },
  },
  {
    name: 'a fresh value that is to be replaced is leased; one that has replaced it is a hit',
    run: async (test) => {
      const old = await test.put('k', 'old');
      assert.equal((await test.acquire('k', { replaces: old })).state, 'won');
      await test.put('k', 'new');
      assert.equal((await test.acquire('k', { replaces: old })).state, 'hit');
    },
  },
  {
    name: 'a stale value is leased, also by one who knows no version',
    run: async (test) => {
      const version = await test.put('a', 1, STALE);
      await test.put('b', 1, STALE);
      await test.wait(100);
      assert.equal((await test.acquire('a', { replaces: version })).state, 'won');
      assert.equal((await test.acquire('b')).state, 'won');
    },
  },
  {
    name: 'a lease ends with its time',
    run: async (test) => {
      const first = await test.win('k', { ttlMs: 300 });
      await test.wait(150);
      assert.equal((await test.acquire('k')).state, 'held');
      await test.wait(250);
      const second = await test.win('k');
      assert.notEqual(second.token, first.token);
    },
  },
  {
    name: 'the holder wins again with its token, and nobody else does',
    run: async (test) => {
      const { token } = await test.win('k', { ttlMs: 300 });
      assert.equal((await test.acquire('k', { token: 'of somebody else' })).state, 'held');
      const again = await test.acquire('k', { token, ttlMs: 60_000 });
      assert.ok(again.state === 'won', `answered with "${again.state}"`);
      await test.wait(400);
      assert.equal((await test.acquire('k')).state, 'held', 'winning again did not last as long as asked for');
      assert.ok((await test.fill('k', 1, again.token)) > 0);
    },
  },
  {
    name: 'a token that no longer stands wins as a new one',
    run: async (test) => {
      const { token } = await test.win('k');
      await test.keys.delete('k', test.now);
      const again = await test.win('k', { token });
      assert.ok((await test.fill('k', 1, again.token)) > 0);
    },
  },
  {
    name: 'renew prolongs what stands, from now on',
    run: async (test) => {
      const { token } = await test.win('k', { ttlMs: 300 });
      await test.wait(150);
      assert.equal(await test.leases.renew('k', token, 500, test.now), true);
      await test.wait(250);
      assert.equal((await test.acquire('k')).state, 'held');
      await test.wait(350);
      assert.equal((await test.acquire('k')).state, 'won');
    },
  },
  {
    name: 'renew says when the token no longer stands, and brings nothing back',
    run: async (test) => {
      assert.equal(await test.leases.renew('k', 'never given', 5_000, test.now), false);
      const ended = await test.win('k', { ttlMs: 100 });
      await test.wait(200);
      assert.equal(await test.leases.renew('k', ended.token, 5_000, test.now), false);
      const voided = await test.win('k');
      await test.keys.delete('k', test.now);
      assert.equal(await test.leases.renew('k', voided.token, 5_000, test.now), false);
      assert.equal((await test.acquire('k')).state, 'won');
      assert.equal(
        await test.leases.renew('k', voided.token, 5_000, test.now),
        false,
        'the token of another was renewed',
      );
    },
  },
  {
    name: 'release gives the token up at once',
    run: async (test) => {
      const { token } = await test.win('k');
      await test.leases.release('k', token, test.now);
      await test.win('k');
      assert.equal(await test.fill('k', 1, token), 0);
    },
  },
  {
    name: 'release with a token that does not stand does nothing',
    run: async (test) => {
      const first = await test.win('k');
      await test.leases.release('k', 'of somebody else', test.now);
      assert.equal((await test.acquire('k')).state, 'held');
      await test.leases.release('k', first.token, test.now);
      const second = await test.win('k');
      await test.leases.release('k', first.token, test.now);
      assert.equal((await test.acquire('k')).state, 'held', 'released with the token of one who had it before');
      assert.ok((await test.fill('k', 1, second.token)) > 0);
      await test.leases.release('k', second.token, test.now);
      assert.equal(await test.value('k'), 1, 'releasing took the value away');
    },
  },
  {
    name: 'release keeps the stale value',
    run: async (test) => {
      await test.put('k', 'stale', STALE);
      await test.wait(100);
      const { token } = await test.win('k');
      await test.leases.release('k', token, test.now);
      assert.equal(await test.value('k'), 'stale');
    },
  },
  {
    name: 'to copy, a lease is given that fences',
    run: async (test) => {
      const { token } = await test.win('k', { exclusive: false });
      assert.ok((await test.fill('k', 'copy', token)) > 0);
      const late = await test.win('other', { exclusive: false });
      await test.keys.delete('other', test.now);
      assert.equal(await test.fill('other', 'copy', late.token), 0, 'a copy landed after a delete');
      assert.equal(await test.value('other'), undefined);
    },
  },
  {
    name: 'a copy that is begun does not keep others from copying for ever',
    run: async (test) => {
      await test.win('k', { exclusive: false, ttlMs: 100 });
      await test.wait(200);
      const { token } = await test.win('k', { exclusive: false });
      assert.ok((await test.fill('k', 'copy', token)) > 0);
    },
  },
  { name: 'a release wakes who waits', unless: unlessWaits, run: (test) => wakes(test, giveBack) },
  { name: 'a set wakes who waits', unless: unlessWaits, run: (test) => wakes(test, () => test.put('k', 1)) },
  {
    name: 'a delete wakes who waits',
    unless: unlessWaits,
    run: (test) => wakes(test, async () => test.keys.delete('k', test.now)),
  },
  {
    name: 'the end of the wait wakes who waits',
    unless: unlessWaits,
    run: async (test) => {
      await test.win('k');
      const waiting = test.leases.wait?.('k', 100, new AbortController().signal);
      await test.wait(200);
      await waiting;
      assert.equal((await test.acquire('k')).state, 'held');
    },
  },
  {
    name: 'an abort ends the wait',
    unless: unlessWaits,
    run: async (test) => {
      await test.win('k');
      const abort = new AbortController();
      const settled = test.leases.wait?.('k', 60_000, abort.signal).then(
        () => {},
        () => {},
      );
      await test.wait(1);
      abort.abort();
      await settled;
      await test.leases.wait?.('k', 60_000, AbortSignal.abort()).catch(() => {});
    },
  },
];

export const leases: Group<TierTest> = {
  name: 'leases',
  cases: cases.map((each) => ({ unless: unlessLeases, ...each })),
};
