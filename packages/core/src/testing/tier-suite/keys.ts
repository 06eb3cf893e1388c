import assert from 'node:assert/strict';
import { oddKeys } from '../odd-keys.ts';
import type { Group } from '../suite.ts';
import { unlessLeases } from './claims.ts';
import type { TierTest } from './tier-test.ts';

export const keys: Group<TierTest> = {
  name: 'odd keys',
  cases: [
    {
      name: 'each odd key is a key of its own',
      run: async (test) => {
        for (const [index, key] of oddKeys.entries()) await test.put(key, index);
        for (const [index, key] of oddKeys.entries()) assert.equal(await test.value(key), index, JSON.stringify(key));
      },
    },
    {
      name: 'odd keys in a batch',
      run: async (test) => {
        const items = oddKeys.map((key, index) => ({ key, entry: test.entry(index) }));
        for (const version of await test.keys.setMany(items, test.now)) assert.equal(typeof version, 'number');
        const found = await test.keys.getMany(oddKeys, test.now);
        assert.deepEqual(
          found.map((entry) => entry?.value),
          oddKeys.map((_, index) => index),
        );
        const [deleted, kept] = [
          oddKeys.filter((_, index) => index % 2 === 0),
          oddKeys.filter((_, index) => index % 2),
        ];
        assert.ok(
          (await test.keys.deleteMany(deleted, test.now)).every((existed) => existed === true),
          'an odd key was not deleted',
        );
        assert.ok((await test.keys.getMany(deleted, test.now)).every((entry) => entry === undefined));
        assert.ok((await test.keys.getMany(kept, test.now)).every((entry) => entry !== undefined));
      },
    },
    {
      name: 'odd keys are absent until they are set, and touched, expired and deleted one by one',
      run: async (test) => {
        for (const key of oddKeys) {
          const shown = JSON.stringify(key.slice(0, 40));
          assert.equal(await test.keys.get(key, test.now), undefined, shown);
          await test.put(key, key);
          assert.ok((await test.keys.touch(key, test.now + 90_000, test.now)) > 0, `touch ${shown}`);
          assert.ok((await test.keys.expire(key, test.now)) > 0, `expire ${shown}`);
          assert.equal(await test.value(key), undefined, shown);
          await test.put(key, key);
          assert.equal(await test.keys.delete(key, test.now), true, `delete ${shown}`);
        }
      },
    },
    {
      name: 'odd keys can be leased and filled',
      unless: unlessLeases,
      run: async (test) => {
        const tokens = new Map<string, string>();
        for (const key of oddKeys) tokens.set(key, (await test.win(key)).token);
        for (const [key, token] of tokens) assert.ok((await test.fill(key, key, token)) > 0, JSON.stringify(key));
        for (const key of oddKeys) assert.equal(await test.value(key), key);
      },
    },
    {
      name: 'nothing is written into the prototypes of this process',
      run: async (test) => {
        await test.put('__proto__', { polluted: true });
        await test.keys.get('__proto__', test.now);
        assert.equal(({} as { polluted?: boolean }).polluted, undefined);
        assert.equal(await test.value('polluted'), undefined);
      },
    },
  ],
};
