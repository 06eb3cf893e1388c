import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import type { TierTest } from './tier-test.ts';

export const basics: Group<TierTest> = {
  name: 'one key',
  cases: [
    {
      name: 'a key that was never set is absent',
      run: async (test) => {
        assert.equal(await test.keys.get('k', test.now), undefined);
        assert.equal(await test.keys.delete('k', test.now), false);
      },
    },
    {
      name: 'an entry comes back as it was set, with every field',
      run: async (test) => {
        const entry = test.entry(
          { name: 'Oslo' },
          {
            createdAt: test.now - 1_000,
            staleMs: 5_000,
            usableMs: 9_000,
            cost: 12,
            slidingMs: 30_000,
            slidesUntil: test.now + 90_000,
            tags: [
              ['city', 'v1'],
              ['', 'v2'],
              ['🙂', 'v3'],
            ],
          },
        );
        const version = await test.keys.set('k', entry, test.now);
        const found = await test.keys.get('k', test.now);
        assert.ok(found, 'the entry is not there');
        assert.deepEqual({ ...found, checkedAt: 0 }, { ...entry, version, checkedAt: 0 });
      },
    },
    {
      name: 'an entry without tags has none, and not an empty list',
      run: async (test) => {
        await test.put('k', 1);
        assert.equal((await test.keys.get('k', test.now))?.tags, undefined);
      },
    },
    {
      name: 'what answers the short way does so for plain entries only, and only while they are fresh',
      run: async (test) => {
        const { fresh } = test.keys;
        if (fresh === undefined) return;
        const look = (at: number): unknown => fresh.call(test.keys, 'k', at);
        // It may leave a plain entry to `get`, too.
        const mayBe = (value: unknown): void => assert.ok([undefined, value].includes(look(test.now)));
        assert.equal(look(test.now), undefined);
        await test.put('k', null, { freshUntil: test.now + 60_000 });
        mayBe(null);
        assert.equal(look(test.now + 60_000), undefined);
        await test.put('k', 1, { tags: [['t', 'v']] });
        assert.equal(look(test.now), undefined);
        await test.put('k', 1, { slidingMs: 1_000 });
        assert.equal(look(test.now), undefined);
        await test.put('k', undefined, { negative: true });
        assert.equal(look(test.now), undefined);
        await test.put('k', 1, { freshUntil: test.now, usableMs: 60_000 });
        assert.equal(look(test.now), undefined);
        await test.put('k', 2);
        mayBe(2);
        await test.keys.delete('k', test.now);
        assert.equal(look(test.now), undefined);
      },
    },
    {
      name: 'what is set again replaces all of what was there',
      run: async (test) => {
        await test.put('k', 'old', { staleMs: 5_000, usableMs: 5_000, slidingMs: 7, tags: [['t', 'v']] });
        await test.put('k', 'new');
        const { value, staleMs, usableMs, slidingMs, tags } = (await test.keys.get('k', test.now)) ?? {};
        const expected = { value: 'new', staleMs: 0, usableMs: 0, slidingMs: 0, tags: undefined };
        assert.deepEqual({ value, staleMs, usableMs, slidingMs, tags }, expected);
      },
    },
    {
      name: 'a key that was deleted is absent, and the delete says whether a value was there',
      run: async (test) => {
        await test.put('k', 0);
        await test.put('other', 1);
        assert.equal(await test.keys.delete('k', test.now), true);
        assert.equal(await test.keys.get('k', test.now), undefined);
        assert.equal(await test.keys.delete('k', test.now), false);
        assert.equal(await test.value('other'), 1);
      },
    },
    {
      name: 'everything is gone after clear, and the keyspace goes on',
      run: async (test) => {
        for (let index = 0; index < 50; index++) await test.put(`k${index}`, index);
        await test.keys.clear(test.now);
        for (let index = 0; index < 50; index++) assert.equal(await test.value(`k${index}`), undefined);
        await test.put('k1', 'again');
        assert.equal(await test.value('k1'), 'again');
      },
    },
    {
      name: 'clear of an empty keyspace does nothing',
      run: async (test) => {
        await test.keys.clear(test.now);
        assert.equal(await test.keys.get('k', test.now), undefined);
      },
    },
    {
      name: 'a value that is changed after it was set, or after it was read, changes no bytes',
      unless: ({ tier }) => (tier.can.bytes ? undefined : 'the tier keeps references: isolation is its own matter'),
      run: async (test) => {
        const value = { list: [1] };
        await test.put('k', value);
        value.list.push(2);
        const read = (await test.value('k')) as typeof value;
        assert.deepEqual(read, { list: [1] });
        read.list.push(3);
        assert.deepEqual(await test.value('k'), { list: [1] });
      },
    },
  ],
};
