import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import { unlessLeases, unlessPersistent, unlessShared } from './claims.ts';
import type { TierTest } from './tier-test.ts';

export const sharing: Group<TierTest> = {
  name: 'other processes, and the next one',
  cases: [
    {
      name: 'a second instance in the same place sees and changes the same entries',
      unless: unlessShared,
      run: async (test) => {
        const there = test.open({ tier: await test.another() });
        const version = await test.put('k', { a: 1 });
        const found = await there.get('k', test.now);
        assert.deepEqual(found?.value, { a: 1 });
        assert.equal(found?.version, version);
        assert.ok(
          (await there.set('k', test.entry('newer'), test.now)) > version,
          'versions do not grow across instances',
        );
        assert.equal(await test.value('k'), 'newer');
        assert.equal(await there.delete('k', test.now), true);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'a lease that is held there is held here, and what happens there voids it',
      unless: (test) => unlessShared(test) ?? unlessLeases(test),
      run: async (test) => {
        const there = test.open({ tier: await test.another() });
        const { token } = await test.win('k');
        assert.deepEqual(await there.leases?.acquire('k', test.request()), { state: 'held' });
        await there.delete('k', test.now);
        assert.equal(await test.fill('k', 'late', token), 0);
        const next = await test.win('k');
        await there.clear(test.now);
        assert.equal(await test.fill('k', 'late', next.token), 0);
        const last = await test.win('k');
        assert.ok((await test.fill('k', 'filled', last.token)) > 0);
        const answer = await there.leases?.acquire('k', test.request());
        assert.ok(answer?.state === 'hit' && answer.entry.value === 'filled');
      },
    },
    {
      name: 'versions of tags, patterns and clear reach across',
      unless: unlessShared,
      run: async (test) => {
        const there = test.open({ tier: await test.another() });
        await test.keys.versions.renew([['t', 'v']], test.now);
        assert.deepEqual(await there.versions.read(['t'], test.now), ['v']);
        await test.put('user:1', 1);
        await test.put('post:1', 1);
        await there.deletePattern('user:*', test.now);
        assert.equal(await test.value('user:1'), undefined);
        assert.equal(await test.value('post:1'), 1);
        await there.clear(test.now);
        assert.equal(await test.value('post:1'), undefined);
      },
    },
    {
      name: 'one instance that closes does not disturb the other',
      unless: unlessShared,
      run: async (test) => {
        const other = await test.another();
        await test.open({ tier: other }).set('k', test.entry(1), test.now);
        await other.close();
        assert.equal(await test.value('k'), 1);
        await test.put('k', 2);
        assert.equal(await test.value('k'), 2);
      },
    },
    {
      name: 'entries are there after the tier was closed and created anew',
      unless: unlessPersistent,
      run: async (test) => {
        const version = await test.put('k', new Map([['a', 1n]]), { tags: [['t', 'v']] });
        await test.put('dead', 1, { ttlMs: 20 });
        const [tag] = await test.keys.versions.ensure(['t'], test.now + 60_000, test.now);
        await test.tier.close();
        await test.wait(50);
        const next = test.open({ tier: await test.another() });
        const found = await next.get('k', test.now);
        assert.deepEqual(found?.value, new Map([['a', 1n]]));
        assert.deepEqual(found?.tags, [['t', 'v']]);
        assert.equal(found?.version, version);
        assert.equal(await next.get('dead', test.now), undefined);
        assert.deepEqual(await next.versions.read(['t'], test.now), [tag]);
        assert.ok((await next.set('k', test.entry(2), test.now)) > version, 'versions began anew');
      },
    },
  ],
};
