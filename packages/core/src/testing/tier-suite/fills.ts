import assert from 'node:assert/strict';
import type { Case, Group } from '../suite.ts';
import { unlessLeases } from './claims.ts';
import type { TierTest } from './tier-test.ts';

/** What comes between a lease and its fill, and whether the fill may still land. */
const BETWEEN: Readonly<Record<string, (test: TierTest) => unknown>> = {
  set: (test) => test.keys.set('k', test.entry('newer'), test.now),
  setMany: (test) => test.keys.setMany([{ key: 'k', entry: test.entry('newer') }], test.now),
  delete: (test) => test.keys.delete('k', test.now),
  deleteMany: (test) => test.keys.deleteMany(['other', 'k'], test.now),
  expire: (test) => test.keys.expire('k', test.now),
  deletePattern: (test) => test.keys.deletePattern('*', test.now),
  'deletePattern of the one key': (test) => test.keys.deletePattern('k', test.now),
  clear: (test) => test.keys.clear(test.now),
};

/** What stands under the key while it is leased. */
const STANDING: Readonly<Record<string, (test: TierTest) => Promise<number>>> = {
  nothing: async () => 0,
  'a stale value': async (test) => {
    const version = await test.put('k', 'standing', { ttlMs: 20, staleMs: 60_000, usableMs: 60_000 });
    await test.wait(40);
    return version;
  },
  'a fresh value that is to be replaced': (test) => test.put('k', 'standing'),
  'a value for errors only': async (test) => {
    const version = await test.put('k', 'standing', { ttlMs: 20, usableMs: 60_000 });
    await test.wait(40);
    return version;
  },
};

function voids(operation: string, standing: string, exclusive: boolean): Case<TierTest> {
  return {
    name: `${operation} voids ${exclusive ? 'the lease' : 'a copy'} over ${standing}`,
    run: async (test) => {
      const replaces = await STANDING[standing]!(test);
      const { token } = await test.win('k', { replaces, exclusive });
      await BETWEEN[operation]!(test);
      const before = await test.keys.get('k', test.now);
      assert.equal(await test.fill('k', 'late', token), 0, 'the fill was accepted');
      assert.deepEqual(await test.keys.get('k', test.now), before, 'the refused fill changed something');
    },
  };
}

const voidings = Object.keys(STANDING).flatMap((standing) =>
  Object.keys(BETWEEN).map((operation) => voids(operation, standing, true)),
);
const copies = Object.keys(BETWEEN).map((operation) => voids(operation, 'nothing', false));

const cases: readonly Case<TierTest>[] = [
  {
    name: 'a fill is stored, and ends the lease',
    run: async (test) => {
      const { token } = await test.win('k');
      const version = await test.fill('k', { a: [1n] }, token, { tags: [['t', 'v']] });
      const found = await test.keys.get('k', test.now);
      assert.deepEqual(found?.value, { a: [1n] });
      assert.deepEqual(found?.tags, [['t', 'v']]);
      assert.equal(found?.version, version);
      assert.equal((await test.acquire('k', { replaces: version })).state, 'won', 'the lease was still held');
    },
  },
  {
    name: 'a fill whose end is long past takes away what was there, and ends the lease',
    run: async (test) => {
      for (const standing of Object.values(STANDING)) {
        const replaces = await standing(test);
        const { token } = await test.win('k', { replaces });
        assert.ok((await test.fill('k', undefined, token, { negative: true, freshUntil: 0 })) > 0, 'it was refused');
        assert.equal(await test.keys.get('k', test.now), undefined);
        const { token: next } = await test.win('k');
        await test.leases.release('k', next, test.now);
      }
    },
  },
  {
    name: 'a fill is accepted once',
    run: async (test) => {
      const { token } = await test.win('k');
      assert.ok((await test.fill('k', 'first', token)) > 0);
      assert.equal(await test.fill('k', 'second', token), 0);
      assert.equal(await test.value('k'), 'first');
    },
  },
  {
    name: 'a fill without a lease is refused',
    run: async (test) => {
      assert.equal(await test.fill('k', 1, 'never given'), 0);
      assert.equal(await test.fill('k', 1, ''), 0);
      assert.equal(await test.value('k'), undefined);
    },
  },
  {
    name: 'a fill with the token of another key is refused',
    run: async (test) => {
      const { token } = await test.win('other');
      await test.win('k');
      assert.equal(await test.fill('k', 1, token), 0);
    },
  },
  {
    name: 'a fill after the lease ended is refused',
    run: async (test) => {
      const { token } = await test.win('k', { ttlMs: 100 });
      await test.wait(200);
      assert.equal(await test.fill('k', 'late', token), 0);
      assert.equal(await test.value('k'), undefined);
    },
  },
  {
    name: 'a paused holder does not fill over the one who came after',
    run: async (test) => {
      const paused = await test.win('k', { ttlMs: 100 });
      await test.wait(200);
      const next = await test.win('k');
      assert.equal(await test.fill('k', 'paused', paused.token), 0);
      assert.equal((await test.acquire('k')).state, 'held', 'the refused fill ended the lease of another');
      assert.ok((await test.fill('k', 'next', next.token)) > 0);
      assert.equal(await test.fill('k', 'paused', paused.token), 0);
      assert.equal(await test.value('k'), 'next');
    },
  },
  {
    name: 'a voided holder does not fill over the one who came after',
    run: async (test) => {
      const voided = await test.win('k');
      await test.keys.delete('k', test.now);
      const next = await test.win('k');
      assert.equal(await test.fill('k', 'voided', voided.token), 0);
      assert.ok((await test.fill('k', 'next', next.token)) > 0);
      assert.equal(await test.value('k'), 'next');
    },
  },
  {
    name: 'touch voids nothing',
    run: async (test) => {
      const version = await test.put('k', 'standing');
      const over = await test.win('k', { replaces: version });
      await test.keys.touch('k', test.now + 90_000, test.now);
      assert.equal((await test.acquire('k', { replaces: version })).state === 'won', false, 'touch ended the lease');
      assert.ok((await test.fill('k', 'filled', over.token)) > 0);
      assert.equal(await test.value('k'), 'filled');
      const { token } = await test.win('empty');
      assert.equal(await test.keys.touch('empty', test.now + 90_000, test.now), 0);
      assert.ok((await test.fill('empty', 1, token)) > 0);
    },
  },
  {
    name: 'touch does not prolong the lease',
    run: async (test) => {
      const version = await test.put('k', 'standing', { ttlMs: 5_000 });
      const { token } = await test.win('k', { replaces: version, ttlMs: 150 });
      await test.keys.touch('k', test.now + 90_000, test.now);
      await test.wait(250);
      assert.equal(await test.fill('k', 'late', token), 0);
      assert.equal(await test.value('k'), 'standing');
    },
  },
  {
    name: 'what concerns other keys voids nothing',
    run: async (test) => {
      const { token } = await test.win('k');
      await test.put('k2', 1);
      await test.keys.delete('k2', test.now);
      await test.keys.deletePattern('k?', test.now);
      await test.keys.deletePattern('K', test.now);
      assert.ok((await test.fill('k', 1, token)) > 0);
    },
  },
  {
    name: 'the standing value is read while it is leased, and replaced by the fill',
    run: async (test) => {
      for (const exclusive of [true, false]) {
        await test.put('k', 'stale', { ttlMs: 20, staleMs: 60_000, usableMs: 60_000 });
        await test.wait(40);
        const { token } = await test.win('k', { exclusive });
        assert.equal(await test.value('k'), 'stale');
        assert.deepEqual((await test.keys.getMany(['k'], test.now))[0]?.value, 'stale');
        assert.ok((await test.fill('k', 'fresh', token)) > 0);
        assert.equal(await test.value('k'), 'fresh');
        await test.keys.delete('k', test.now);
      }
    },
  },
  {
    name: 'a fill outlives the lease that it came from',
    run: async (test) => {
      const { token } = await test.win('k', { ttlMs: 200 });
      await test.fill('k', 1, token, { ttlMs: 60_000 });
      await test.wait(300);
      assert.equal(await test.value('k'), 1);
    },
  },
  {
    name: 'a filled entry ends as a set one does',
    run: async (test) => {
      const { token } = await test.win('k');
      await test.fill('k', 1, token, { ttlMs: 150 });
      await test.wait(250);
      assert.equal(await test.value('k'), undefined);
      assert.equal((await test.acquire('k')).state, 'won');
    },
  },
  ...voidings,
  ...copies,
];

export const fills: Group<TierTest> = {
  name: 'fills',
  cases: cases.map((each) => ({ unless: unlessLeases, ...each })),
};
