import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import type { TierTest } from './tier-test.ts';

const MANY = 1_000;

export const batch: Group<TierTest> = {
  name: 'many keys',
  cases: [
    {
      name: 'getMany answers in the order of the keys, with gaps and repetitions',
      run: async (test) => {
        await test.put('a', 1);
        await test.put('b', 2);
        const found = await test.keys.getMany(['b', 'none', 'a', 'b', ''], test.now);
        assert.deepEqual(
          found.map((entry) => entry?.value),
          [2, undefined, 1, 2, undefined],
        );
        assert.equal(found[1], undefined);
      },
    },
    {
      name: 'getMany gives the same entry as get',
      run: async (test) => {
        await test.put('a', [1], { staleMs: 3, usableMs: 4, tags: [['t', 'v']] });
        const [found] = await test.keys.getMany(['a'], test.now);
        assert.deepEqual(found, await test.keys.get('a', test.now));
      },
    },
    {
      name: 'setMany answers with versions in order, and the last of a repeated key stands',
      run: async (test) => {
        const items = ['a', 'b', 'a'].map((key, index) => ({ key, entry: test.entry(index) }));
        const versions = await test.keys.setMany(items, test.now);
        assert.equal(versions.length, 3);
        for (const version of versions) assert.ok(typeof version === 'number' && version > 0, `version ${version}`);
        const [first, , third] = versions as number[];
        assert.ok(third! > first!, 'a key that was set twice in one batch has no greater version');
        const a = await test.keys.get('a', test.now);
        assert.equal(a?.value, 2);
        assert.equal(a?.version, third);
        assert.equal(await test.value('b'), 1);
      },
    },
    {
      name: 'setMany keeps the versions that entries bring',
      run: async (test) => {
        const [kept, given] = await test.keys.setMany(
          [
            { key: 'a', entry: test.entry(1, { version: 4_711 }) },
            { key: 'b', entry: test.entry(2) },
          ],
          test.now,
        );
        assert.equal(kept, 4_711);
        assert.ok(typeof given === 'number' && given > 0 && given !== 4_711);
      },
    },
    {
      name: 'deleteMany answers in the order of the keys',
      run: async (test) => {
        await test.put('a', 1);
        await test.put('b', 2);
        await test.put('c', 3);
        const deleted = await test.keys.deleteMany(['b', 'none', 'a', 'b'], test.now);
        assert.deepEqual(deleted, [true, false, true, false]);
        const left = await test.keys.getMany(['a', 'b', 'c'], test.now);
        assert.deepEqual(
          left.map((entry) => entry?.value),
          [undefined, undefined, 3],
        );
      },
    },
    {
      name: 'no keys are a batch too',
      run: async (test) => {
        assert.deepEqual(await test.keys.getMany([], test.now), []);
        assert.deepEqual(await test.keys.setMany([], test.now), []);
        assert.deepEqual(await test.keys.deleteMany([], test.now), []);
      },
    },
    {
      name: `${MANY} keys at once`,
      run: async (test) => {
        const names = Array.from({ length: MANY }, (_, index) => `key ${index}`);
        await test.keys.setMany(
          names.map((key, index) => ({ key, entry: test.entry(index) })),
          test.now,
        );
        const found = await test.keys.getMany(names, test.now);
        assert.deepEqual(
          found.map((entry) => entry?.value),
          names.map((_, index) => index),
        );
        assert.ok(
          (await test.keys.deleteMany(names, test.now)).every((existed) => existed === true),
          'a key of the batch was not deleted',
        );
        assert.ok((await test.keys.getMany(names, test.now)).every((entry) => entry === undefined));
      },
    },
  ],
};
