import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import { unlessLeases } from './claims.ts';
import type { EntryShape, TierTest } from './tier-test.ts';

const NEGATIVE: EntryShape = { negative: true };

export const negatives: Group<TierTest> = {
  name: 'negative entries',
  cases: [
    {
      name: 'a negative entry is an entry without a value, and not a miss',
      run: async (test) => {
        await test.put('k', undefined, NEGATIVE);
        const found = await test.keys.get('k', test.now);
        assert.ok(found, 'the entry is not there');
        assert.equal(found.negative, true);
        assert.equal(found.value, undefined);
        const [batched] = await test.keys.getMany(['k'], test.now);
        assert.equal(batched?.negative, true);
      },
    },
    {
      name: 'delete takes it away and says that no value was there',
      run: async (test) => {
        await test.put('k', undefined, NEGATIVE);
        assert.equal(await test.keys.delete('k', test.now), false);
        assert.equal(await test.keys.get('k', test.now), undefined);
        await test.put('k', undefined, NEGATIVE);
        assert.deepEqual(await test.keys.deleteMany(['k'], test.now), [false]);
        assert.equal(await test.keys.get('k', test.now), undefined);
      },
    },
    {
      name: 'an entry in its error window is deleted, and was no value',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 50, usableMs: 60_000 });
        await test.wait(100);
        assert.equal(await test.value('k'), 1);
        assert.equal(await test.keys.delete('k', test.now), false);
        assert.equal(await test.keys.get('k', test.now), undefined);
      },
    },
    {
      name: 'touch leaves it as it is',
      run: async (test) => {
        await test.put('k', undefined, { ...NEGATIVE, ttlMs: 200 });
        assert.equal(await test.keys.touch('k', test.now + 60_000, test.now), 0);
        await test.wait(300);
        assert.equal(await test.keys.get('k', test.now), undefined);
      },
    },
    {
      name: 'expire ends it, so that the source is asked again',
      run: async (test) => {
        await test.put('k', undefined, NEGATIVE);
        assert.equal(await test.keys.expire('k', test.now), 0);
        const found = await test.keys.get('k', test.now);
        assert.ok(found === undefined || found.freshUntil <= test.now, 'it is still fresh');
      },
    },
    {
      name: 'it takes turns with values',
      run: async (test) => {
        await test.put('k', 'value');
        await test.put('k', undefined, NEGATIVE);
        assert.equal((await test.keys.get('k', test.now))?.negative, true);
        await test.put('k', 'value');
        assert.equal((await test.keys.get('k', test.now))?.negative, false);
        assert.equal(await test.value('k'), 'value');
      },
    },
    {
      name: 'a lease is answered with it as with any fresh entry, and it can be filled in',
      unless: unlessLeases,
      run: async (test) => {
        const { token } = await test.win('k');
        assert.ok((await test.fill('k', undefined, token, NEGATIVE)) > 0);
        const answer = await test.acquire('k');
        assert.ok(answer.state === 'hit', `answered with "${answer.state}"`);
        assert.equal(answer.entry.negative, true);
      },
    },
  ],
};
