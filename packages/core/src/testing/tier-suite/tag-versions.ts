import assert from 'node:assert/strict';
import { oddKeys } from '../odd-keys.ts';
import type { Group } from '../suite.ts';
import { unlessLists } from './claims.ts';
import type { TierTest } from './tier-test.ts';

const HOUR_MS = 3_600_000;

function ensure(test: TierTest, names: readonly string[]): string[] | Promise<string[]> {
  return test.keys.versions.ensure(names, test.now + HOUR_MS, test.now);
}

export const tagVersions: Group<TierTest> = {
  name: 'versions of tags',
  cases: [
    {
      name: 'a name that was never seen has none',
      run: async (test) => {
        assert.deepEqual(await test.keys.versions.read(['a', 'b'], test.now), [undefined, undefined]);
      },
    },
    {
      name: 'ensure creates what is missing, and keeps what is there',
      run: async (test) => {
        const [a] = await ensure(test, ['a']);
        const [b, again, c] = await ensure(test, ['b', 'a', 'c']);
        assert.equal(again, a);
        assert.equal(new Set([a, b, c]).size, 3, 'two names were given one version');
        for (const version of [a, b, c]) assert.ok(typeof version === 'string' && version.length >= 8, version);
        assert.deepEqual(await test.keys.versions.read(['c', 'none', 'a', 'b'], test.now), [c, undefined, a, b]);
      },
    },
    {
      name: 'a name that is given twice has one version',
      run: async (test) => {
        const [one, two] = await ensure(test, ['a', 'a']);
        assert.equal(one, two);
        assert.deepEqual(await test.keys.versions.read(['a', 'a'], test.now), [one, one]);
      },
    },
    {
      name: 'renew replaces versions, whether there were any or not',
      run: async (test) => {
        await ensure(test, ['a']);
        await test.keys.versions.renew(
          [
            ['a', 'a2'],
            ['b', 'b2'],
          ],
          test.now,
        );
        assert.deepEqual(await test.keys.versions.read(['a', 'b'], test.now), ['a2', 'b2']);
        assert.deepEqual(await ensure(test, ['b', 'a']), ['b2', 'a2']);
      },
    },
    {
      name: 'the last of a name that is renewed twice stands',
      run: async (test) => {
        await test.keys.versions.renew(
          [
            ['a', 'one'],
            ['a', 'two'],
          ],
          test.now,
        );
        assert.deepEqual(await test.keys.versions.read(['a'], test.now), ['two']);
      },
    },
    {
      name: 'no names are a batch too',
      run: async (test) => {
        assert.deepEqual(await test.keys.versions.read([], test.now), []);
        assert.deepEqual(await ensure(test, []), []);
        await test.keys.versions.renew([], test.now);
      },
    },
    {
      name: 'they last as long as was asked for',
      run: async (test) => {
        const [short, long] = [test.now + 200, test.now + HOUR_MS];
        const [version] = await test.keys.versions.ensure(['a'], short, test.now);
        assert.deepEqual(await test.keys.versions.ensure(['a'], long, test.now), [version]);
        await test.keys.versions.ensure(['a'], short, test.now);
        await test.wait(400);
        assert.deepEqual(await test.keys.versions.read(['a'], test.now), [version], 'it did not last');
        const [endless] = await test.keys.versions.ensure(['for ever'], Number.POSITIVE_INFINITY, test.now);
        await test.wait(20);
        assert.deepEqual(await test.keys.versions.read(['for ever'], test.now), [endless]);
      },
    },
    {
      name: 'a renewed version lasts as long as the one before was asked to',
      run: async (test) => {
        await test.keys.versions.ensure(['a'], test.now + HOUR_MS, test.now);
        await test.keys.versions.renew([['a', 'renewed']], test.now);
        await test.wait(200);
        assert.deepEqual(await test.keys.versions.read(['a'], test.now), ['renewed']);
      },
    },
    {
      name: 'clear drops them, and none comes back',
      run: async (test) => {
        const [before] = await ensure(test, ['a']);
        await test.keys.clear(test.now);
        assert.deepEqual(await test.keys.versions.read(['a'], test.now), [undefined]);
        const [after] = await ensure(test, ['a']);
        assert.notEqual(after, before);
      },
    },
    {
      name: 'they are not entries: neither has to do with the other of the same name',
      run: async (test) => {
        const [version] = await ensure(test, ['same']);
        assert.equal(await test.keys.get('same', test.now), undefined);
        await test.put('same', 'value');
        assert.deepEqual(await test.keys.versions.read(['same'], test.now), [version]);
        await test.keys.delete('same', test.now);
        await test.keys.deletePattern('*', test.now);
        assert.deepEqual(await test.keys.versions.read(['same'], test.now), [version]);
      },
    },
    {
      name: 'keys does not list them',
      unless: unlessLists,
      run: async (test) => {
        await ensure(test, ['a', 'b']);
        await test.put('k', 1);
        assert.deepEqual(await test.listed(), ['k']);
      },
    },
    {
      name: 'odd names',
      run: async (test) => {
        const versions = await ensure(test, oddKeys);
        assert.equal(new Set(versions).size, oddKeys.length, 'two names are one');
        assert.deepEqual(await test.keys.versions.read(oddKeys, test.now), versions);
      },
    },
  ],
};
