import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import { unlessLeases, unlessLists } from './claims.ts';
import type { TierTest } from './tier-test.ts';

/** Pairs of region and key that collide when they are merely joined, or escaped without care. */
const LOOKALIKES: readonly (readonly [region: string, key: string])[] = [
  ['', 'a:b'],
  ['a', 'b'],
  ['a:b', ''],
  ['', 'a/b'],
  ['a/b', ''],
  ['a', ':b'],
  ['a:', 'b'],
  [':', 'a:b'],
  ['a', '/b'],
  ['a/', 'b'],
  ['a%3A', 'b'],
  ['a', '%3Ab'],
  ['', 'a'],
  ['a', ''],
  ['A', 'b'],
  ['*', 'b'],
  ['__proto__', 'b'],
  ['..', 'b'],
  ['{a}', 'b'],
  ['🙂', 'b'],
];

export const scopes: Group<TierTest> = {
  name: 'scopes',
  cases: [
    {
      name: 'no region and key are those of another',
      run: async (test) => {
        for (const [index, [region, key]] of LOOKALIKES.entries()) {
          await test.open({ region }).set(key, test.entry(index), test.now);
        }
        for (const [index, [region, key]] of LOOKALIKES.entries()) {
          const found = await test.open({ region }).get(key, test.now);
          assert.equal(found?.value, index, JSON.stringify([region, key]));
        }
      },
    },
    {
      name: 'no namespace is the beginning of another, nor one with a region',
      run: async (test) => {
        const { namespace } = test.context;
        const all = ['', ':', ':a', ':a:', '/a', '*', '%', '%3A'].flatMap((end) => [
          test.open({ namespace: namespace + end }),
          test.open({ namespace: namespace + end, region: 'a' }),
        ]);
        for (const [index, keyspace] of all.entries()) await keyspace.set('k', test.entry(index), test.now);
        for (const [index, keyspace] of all.entries()) {
          assert.equal((await keyspace.get('k', test.now))?.value, index);
        }
        for (const keyspace of all) await keyspace.clear(test.now);
      },
    },
    {
      name: 'the same scope opened twice is the same keys',
      run: async (test) => {
        const [one, two] = [test.open({ region: 'r' }), test.open({ region: 'r' })];
        const version = await one.set('k', test.entry('v'), test.now);
        const found = await two.get('k', test.now);
        assert.equal(found?.value, 'v');
        assert.equal(found?.version, version);
        await two.delete('k', test.now);
        assert.equal(await one.get('k', test.now), undefined);
      },
    },
    {
      name: 'clear stays within its keyspace',
      run: async (test) => {
        const others = LOOKALIKES.filter(([region]) => region !== 'a');
        for (const [region, key] of LOOKALIKES) await test.open({ region }).set(key, test.entry(1), test.now);
        await test.open({ region: 'a' }).clear(test.now);
        for (const [region, key] of others) {
          assert.ok(await test.open({ region }).get(key, test.now), `cleared: ${JSON.stringify([region, key])}`);
        }
        assert.equal(await test.open({ region: 'a' }).get('b', test.now), undefined);
      },
    },
    {
      name: 'clear of the root leaves the regions alone',
      run: async (test) => {
        const region = test.open({ region: 'r' });
        await region.set('k', test.entry(1), test.now);
        await test.put('k', 2);
        await test.keys.clear(test.now);
        assert.equal(await test.value('k'), undefined);
        assert.equal((await region.get('k', test.now))?.value, 1);
      },
    },
    {
      name: 'a pattern stays within its keyspace',
      run: async (test) => {
        const others = LOOKALIKES.filter(([region]) => region !== '');
        for (const [region, key] of LOOKALIKES) await test.open({ region }).set(key, test.entry(1), test.now);
        await test.keys.deletePattern('*', test.now);
        for (const [region, key] of others) {
          assert.ok(await test.open({ region }).get(key, test.now), `deleted: ${JSON.stringify([region, key])}`);
        }
        assert.equal(await test.value('a:b'), undefined);
      },
    },
    {
      name: 'keys lists its keyspace only, and keys as they were given',
      unless: unlessLists,
      run: async (test) => {
        const region = test.open({ region: 'a' });
        await region.set('b', test.entry(1), test.now);
        await region.set('%3A', test.entry(1), test.now);
        await test.put('root', 2);
        assert.deepEqual(await test.listed(region), ['%3A', 'b']);
        assert.deepEqual(await test.listed(), ['root']);
      },
    },
    {
      name: 'leases of two regions are not the same',
      unless: unlessLeases,
      run: async (test) => {
        const region = test.open({ region: 'r' });
        const { token } = await test.win('k');
        const there = await region.leases?.acquire('k', test.request());
        assert.equal(there?.state, 'won');
        await region.delete('k', test.now);
        assert.ok((await test.fill('k', 1, token)) > 0, 'a delete in another region voided the lease');
      },
    },
    {
      name: 'versions of two regions are not the same',
      run: async (test) => {
        const region = test.open({ region: 'r' });
        await test.keys.versions.renew([['t', 'root']], test.now);
        await region.versions.renew([['t', 'region']], test.now);
        assert.deepEqual(await test.keys.versions.read(['t'], test.now), ['root']);
        assert.deepEqual(await region.versions.read(['t'], test.now), ['region']);
      },
    },
  ],
};
