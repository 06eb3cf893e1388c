import assert from 'node:assert/strict';
import { expired, touched } from '../../entry/entry.ts';
import type { Group } from '../suite.ts';
import type { TierTest } from './tier-test.ts';

export const touchAndExpire: Group<TierTest> = {
  name: 'touch and expire',
  cases: [
    {
      name: 'touch moves the end of the TTL, later or earlier, and nothing else',
      run: async (test) => {
        await test.put('k', [1], { ttlMs: 300, staleMs: 10, usableMs: 20, cost: 3, tags: [['t', 'v']] });
        const before = await test.keys.get('k', test.now);
        const freshUntil = test.now + 60_000;
        const version = await test.keys.touch('k', freshUntil, test.now);
        const after = await test.keys.get('k', test.now);
        assert.ok(before && after);
        assert.deepEqual({ ...after, checkedAt: 0 }, { ...touched(before, freshUntil, version), checkedAt: 0 });
        await test.wait(400);
        assert.deepEqual(await test.value('k'), [1]);
        await test.keys.touch('k', test.now + 100, test.now);
        await test.wait(200);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'touch makes an entry live that is stale and still answered with',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 100, staleMs: 60_000, usableMs: 60_000 });
        await test.wait(150);
        assert.ok((await test.keys.touch('k', test.now + 30_000, test.now)) > 0);
        assert.ok((await test.keys.get('k', test.now))!.freshUntil > test.now);
      },
    },
    {
      name: 'touch moves the end of sliding where it would pass it',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 1_000, slidingMs: 1_000, slidesUntil: test.now + 5_000 });
        const within = test.now + 3_000;
        await test.keys.touch('k', within, test.now);
        const first = await test.keys.get('k', test.now);
        assert.equal(first?.freshUntil, within);
        const beyond = test.now + 50_000;
        await test.keys.touch('k', beyond, test.now);
        assert.equal((await test.keys.get('k', test.now))?.slidesUntil, beyond);
      },
    },
    {
      name: 'touch to for ever',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 500 });
        await test.keys.touch('k', Number.POSITIVE_INFINITY, test.now);
        await test.wait(600);
        assert.equal((await test.keys.get('k', test.now))?.freshUntil, Number.POSITIVE_INFINITY);
      },
    },
    {
      name: 'touch and expire of what reads do not answer with give 0, and bring nothing back',
      run: async (test) => {
        await test.put('error only', 1, { ttlMs: 50, staleMs: 0, usableMs: 60_000 });
        await test.put('dead', 1, { ttlMs: 50 });
        await test.wait(100);
        for (const key of ['error only', 'dead', 'never set']) {
          assert.equal(await test.keys.touch(key, test.now + 60_000, test.now), 0, `touch: ${key}`);
          assert.equal(await test.keys.expire(key, test.now), 0, `expire: ${key}`);
        }
        assert.equal(await test.value('dead'), undefined);
        assert.equal(await test.value('never set'), undefined);
        const errorOnly = await test.keys.get('error only', test.now);
        assert.ok(errorOnly === undefined || errorOnly.freshUntil <= test.now, 'it became fresh');
      },
    },
    {
      name: 'expire deletes where no window is left, and gives a version all the same',
      run: async (test) => {
        const version = await test.put('k', 1);
        const after = await test.keys.expire('k', test.now);
        assert.ok(after > version, `${after} after ${version}`);
        assert.equal(await test.keys.get('k', test.now), undefined);
        assert.equal(await test.keys.expire('k', test.now), 0);
      },
    },
    {
      name: 'expire ends the freshness, and the windows run from now',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 60_000, staleMs: 300, usableMs: 300, slidingMs: 9_000 });
        const before = await test.keys.get('k', test.now);
        const now = test.now;
        const version = await test.keys.expire('k', now);
        const after = await test.keys.get('k', test.now);
        assert.ok(before && after, 'the stale value is gone');
        assert.ok(after.freshUntil <= test.now, 'it is still fresh');
        const expected = { ...expired(before, now, version), checkedAt: 0, freshUntil: 0 };
        assert.deepEqual({ ...after, checkedAt: 0, freshUntil: 0 }, expected);
        await test.wait(400);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'expire again does not begin the windows anew',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: 60_000, staleMs: 400, usableMs: 400 });
        await test.keys.expire('k', test.now);
        await test.wait(250);
        await test.keys.expire('k', test.now);
        await test.wait(250);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'expire of an endless entry ends it',
      run: async (test) => {
        await test.put('k', 1, { ttlMs: Number.POSITIVE_INFINITY, staleMs: 200, usableMs: 200 });
        await test.keys.expire('k', test.now);
        assert.ok((await test.keys.get('k', test.now))!.freshUntil <= test.now);
        await test.wait(300);
        assert.equal(await test.value('k'), undefined);
      },
    },
  ],
};
