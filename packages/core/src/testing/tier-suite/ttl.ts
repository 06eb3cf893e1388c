import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import type { TierTest } from './tier-test.ts';

const DAY_MS = 86_400_000;

export const ttl: Group<TierTest> = {
  name: 'time to live',
  cases: [
    {
      name: 'an entry is there until its end and not after',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 400 });
        await test.wait(200);
        assert.equal(await test.value('k'), 1);
        await test.wait(200);
        assert.equal(await test.keys.get('k', test.now), undefined);
        assert.deepEqual(await test.keys.getMany(['k'], test.now), [undefined]);
        assert.equal(await test.keys.delete('k', test.now), false);
      },
    },
    {
      name: "the end is exact where the time is the cache's",
      unless: ({ options }) => (options.time === 'real' ? 'the tier has a clock of its own' : undefined),
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 1_000, staleMs: 300, usableMs: 500 });
        await test.wait(1_499);
        assert.equal(await test.value('k'), 1);
        await test.wait(1);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'less than a second is neither for ever nor nothing',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 150 });
        assert.equal(await test.value('k'), 1);
        await test.wait(200);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'a stale entry is there until the longest window ends',
      run: async (test) => {
        await test.put('k', 'stale', { ttlMs: 100, staleMs: 100, usableMs: 700 });
        await test.wait(300);
        assert.equal(await test.value('k'), 'stale');
        await test.wait(600);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'more than 30 days are not taken for a date, nor more than 25 for a timer',
      run: async (test) => {
        const freshUntil = test.now + 40 * DAY_MS;
        await test.put('month', 1, { freshUntil });
        await test.put('century', 2, { ttlMs: 36_525 * DAY_MS });
        await test.wait(20);
        assert.equal(await test.value('month'), 1);
        assert.equal(await test.value('century'), 2);
        assert.equal((await test.keys.get('month', test.now))?.freshUntil, freshUntil);
      },
    },
    {
      name: 'forty days pass',
      unless: ({ options }) => (options.time === 'real' ? 'nobody waits for that' : undefined),
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 40 * DAY_MS });
        await test.put('for ever', 2, { ttlMs: Number.POSITIVE_INFINITY });
        await test.wait(39 * DAY_MS);
        assert.equal(await test.value('k'), 1);
        await test.wait(DAY_MS);
        assert.equal(await test.value('k'), undefined);
        assert.equal(await test.value('for ever'), 2);
      },
    },
    {
      name: 'Infinity has no end',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: Number.POSITIVE_INFINITY });
        await test.wait(50);
        const found = await test.keys.get('k', test.now);
        assert.equal(found?.value, 1);
        assert.equal(found?.freshUntil, Number.POSITIVE_INFINITY);
      },
    },
    {
      name: 'an endless window outlives the TTL',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 50, staleMs: Number.POSITIVE_INFINITY, usableMs: Number.POSITIVE_INFINITY });
        await test.wait(100);
        const found = await test.keys.get('k', test.now);
        assert.equal(found?.staleMs, Number.POSITIVE_INFINITY);
        assert.equal(found?.usableMs, Number.POSITIVE_INFINITY);
      },
    },
    {
      name: 'an entry whose end is long past is not there, and replaces what was',
      run: async (test) => {
        await test.put('k', 'old');
        await test.put('k', 'dead', { ttlMs: -DAY_MS * 400 });
        assert.equal(await test.keys.get('k', test.now), undefined);
        await test.put('k', 'dead', { freshUntil: 0, createdAt: 0 });
        assert.equal(await test.keys.get('k', test.now), undefined);
      },
    },
    {
      name: 'a longer TTL replaces a shorter one, and the other way round',
      run: async (test) => {
        await test.put('longer', 1, { ttlMs: 150 });
        await test.put('longer', 2, { ttlMs: 60_000 });
        await test.put('shorter', 1, { ttlMs: 60_000 });
        await test.put('shorter', 2, { ttlMs: 150 });
        await test.wait(200);
        assert.equal(await test.value('longer'), 2);
        assert.equal(await test.value('shorter'), undefined);
      },
    },
    {
      name: 'entries of a batch have their own ends',
      run: async (test) => {
        const items = [100, 60_000].map((ttlMs) => ({ key: String(ttlMs), entry: test.entry(ttlMs, { ttlMs }) }));
        await test.keys.setMany(items, test.now);
        await test.wait(150);
        const found = await test.keys.getMany(['100', '60000'], test.now);
        assert.deepEqual(
          found.map((entry) => entry?.value),
          [undefined, 60_000],
        );
      },
    },
  ],
};
