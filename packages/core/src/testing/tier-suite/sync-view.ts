import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import { unlessSync } from './claims.ts';
import type { TierTest } from './tier-test.ts';
import { valuesOnly } from './values-only.ts';

export const syncView: Group<TierTest> = {
  name: 'sync view',
  cases: [
    {
      name: 'it is the same entries',
      unless: unlessSync,
      run: async (test) => {
        const { namespace } = test.context;
        const opened = test.tier.sync?.open({ namespace, region: '' }, test.host());
        assert.ok(opened);
        const sync = valuesOnly(opened);
        const version = sync.set('k', test.entry('from sync'), test.now);
        const found = await test.keys.get('k', test.now);
        assert.equal(found?.value, 'from sync');
        assert.equal(found?.version, version);
        await test.put('k', 'from async');
        assert.equal((sync.get('k', test.now) as typeof found)?.value, 'from async');
        assert.equal(sync.delete('k', test.now), true);
        assert.equal(await test.value('k'), undefined);
      },
    },
    {
      name: 'it is the same leases and versions',
      unless: unlessSync,
      run: async (test) => {
        const sync = test.tier.sync?.open({ namespace: test.context.namespace, region: '' }, test.host());
        assert.ok(sync);
        await test.keys.versions.renew([['t', 'v']], test.now);
        assert.deepEqual(sync.versions.read(['t'], test.now), ['v']);
        assert.equal(sync.leases === undefined, test.keys.leases === undefined, 'one view leases, the other does not');
        if (!test.tier.can.leases) return;
        const { token } = await test.win('k');
        assert.deepEqual(sync.leases?.acquire('k', test.request()), { state: 'held' });
        assert.equal(sync.delete('k', test.now), false);
        assert.equal(await test.fill('k', 1, token), 0);
      },
    },
    {
      name: 'it has the optional members that the tier claims',
      unless: unlessSync,
      run: (test) => {
        const sync = test.tier.sync?.open({ namespace: test.context.namespace, region: '' }, test.host());
        assert.equal(sync?.keys !== undefined, test.tier.can.lists, 'keys()');
        assert.equal(sync?.serializer !== undefined, test.tier.can.bytes, 'serializer');
      },
    },
  ],
};
