import assert from 'node:assert/strict';
import { oddKeys } from '../odd-keys.ts';
import type { Case, Group } from '../suite.ts';
import { unlessLists, unlessSizes } from './claims.ts';
import type { TierTest } from './tier-test.ts';

const listingCases: readonly Case<TierTest>[] = [
  {
    name: 'keys lists every key once, as it was given',
    run: async (test) => {
      assert.deepEqual(await test.listed(), []);
      for (const key of oddKeys) await test.put(key, 1);
      assert.deepEqual(await test.listed(), [...oddKeys].sort());
    },
  },
  {
    name: 'keys lists neither what was deleted nor what is dead',
    run: async (test) => {
      await test.put('dead', 1, { ttlMs: 50 });
      await test.put('deleted', 1);
      await test.put('kept', 1);
      await test.keys.delete('deleted', test.now);
      await test.wait(100);
      assert.deepEqual(await test.listed(), ['kept']);
    },
  },
  {
    name: 'a thousand keys',
    run: async (test) => {
      const names = Array.from({ length: 1_000 }, (_, index) => `k${String(index).padStart(3, '0')}`);
      await test.keys.setMany(
        names.map((key) => ({ key, entry: test.entry(1) })),
        test.now,
      );
      assert.deepEqual(await test.listed(), names);
    },
  },
];

export const listing: Group<TierTest> = {
  name: 'listing',
  cases: [
    ...listingCases.map((each) => ({ unless: unlessLists, ...each })),
    {
      name: 'size counts the entries',
      unless: unlessSizes,
      run: async (test) => {
        const sizeIs = async (expected: number): Promise<void> => {
          // It may lag behind.
          for (let tries = 0; tries < 50 && (await test.keys.size?.()) !== expected; tries++) await test.wait(10);
          assert.equal(await test.keys.size?.(), expected);
        };
        await sizeIs(0);
        for (const key of ['a', 'b', 'a', 'c']) await test.put(key, 1);
        await sizeIs(3);
        await test.keys.delete('a', test.now);
        await sizeIs(2);
        await test.keys.clear(test.now);
        await sizeIs(0);
      },
    },
  ],
};
