import assert from 'node:assert/strict';
import type { Case, Group } from '../suite.ts';
import { unlessLeases, unlessLists, unlessSizes } from './claims.ts';
import type { TierTest } from './tier-test.ts';

const cases: readonly Case<TierTest>[] = [
  {
    name: 'reads do not see them',
    run: async (test) => {
      await test.win('k');
      await test.win('copied', { exclusive: false });
      await test.put('value', 1);
      assert.equal(await test.keys.get('k', test.now), undefined);
      const found = await test.keys.getMany(['k', 'value', 'copied'], test.now);
      assert.deepEqual(
        found.map((entry) => entry?.value),
        [undefined, 1, undefined],
      );
    },
  },
  {
    name: 'delete, touch and expire find no value',
    run: async (test) => {
      for (const key of ['a', 'b', 'c']) await test.win(key);
      assert.equal(await test.keys.delete('a', test.now), false);
      assert.deepEqual(await test.keys.deleteMany(['b'], test.now), [false]);
      assert.equal(await test.keys.touch('c', test.now + 60_000, test.now), 0);
      assert.equal(await test.keys.expire('c', test.now), 0);
      assert.equal(await test.keys.get('c', test.now), undefined);
    },
  },
  {
    name: 'touch does not prolong them',
    run: async (test) => {
      await test.win('k', { ttlMs: 150 });
      await test.keys.touch('k', test.now + 60_000, test.now);
      await test.wait(250);
      assert.equal((await test.acquire('k')).state, 'won');
    },
  },
  {
    name: 'keys does not list them',
    unless: unlessLists,
    run: async (test) => {
      await test.win('leased');
      await test.put('value', 1);
      await test.win('over', { replaces: await test.put('over', 1) });
      assert.deepEqual(await test.listed(), ['over', 'value']);
      assert.deepEqual(await test.listed(test.keys, 'l*'), []);
    },
  },
  {
    name: 'size does not count them',
    unless: unlessSizes,
    run: async (test) => {
      const before = (await test.keys.size?.()) ?? 0;
      await test.win('leased');
      assert.ok(((await test.keys.size?.()) ?? 0) <= before, 'the marker is counted');
    },
  },
  {
    name: 'a set replaces them',
    run: async (test) => {
      await test.win('k');
      await test.put('k', 1, { ttlMs: 60_000 });
      assert.equal(await test.value('k'), 1);
      assert.equal((await test.acquire('k')).state, 'hit');
    },
  },
];

export const markers: Group<TierTest> = {
  name: 'lease markers are invisible',
  cases: cases.map(({ unless, ...each }) => ({ ...each, unless: (test) => unlessLeases(test) ?? unless?.(test) })),
};
