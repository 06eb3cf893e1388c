import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import type { TierTest } from './tier-test.ts';
import { fails } from './tier-test.ts';

export const lifecycle: Group<TierTest> = {
  name: 'claims and lifecycle',
  cases: [
    {
      name: 'it has a name, and says what it can',
      run: ({ tier }) => {
        assert.ok(typeof tier.name === 'string' && tier.name.length > 0);
        for (const ability of ['shared', 'leases', 'lists', 'persistent', 'bytes'] as const) {
          assert.equal(typeof tier.can[ability], 'boolean', ability);
        }
        if (tier.can.announces) assert.ok(tier.bus, 'it says it announces, and has no bus');
        for (const limit of [tier.ttlMs, tier.commandTimeoutMs]) assert.ok(limit === undefined || limit > 0);
      },
    },
    {
      name: 'its keyspaces have what it claims, and nothing else',
      run: ({ tier, keys }) => {
        assert.equal(keys.leases !== undefined, tier.can.leases, 'can.leases');
        assert.equal(keys.keys !== undefined, tier.can.lists, 'can.lists');
        assert.equal(keys.serializer !== undefined, tier.can.bytes, 'can.bytes');
      },
    },
    {
      name: 'what keeps no bytes gives the value back that it was given',
      unless: ({ tier, options }) =>
        tier.can.bytes || options.isolates ? 'the tier does not hand out references' : undefined,
      run: async (test) => {
        const value = { a: 1 };
        await test.put('k', value);
        assert.equal(await test.value('k'), value);
      },
    },
    {
      name: 'ping answers',
      run: async ({ tier }) => {
        await tier.ping();
      },
    },
    {
      name: 'close can be called again, and at once',
      run: async ({ tier }) => {
        await Promise.all([tier.close(), tier.close()]);
        await tier.close();
      },
    },
    {
      name: 'a closed tier fails, and does not answer with a miss',
      run: async (test) => {
        const { tier, keys } = test;
        await test.put('k', 1);
        await tier.close();
        await fails(() => keys.get('k', test.now), 'get');
        await fails(() => keys.getMany(['k'], test.now), 'getMany');
        await fails(() => keys.set('k', test.entry(1), test.now), 'set');
        await fails(() => keys.setMany([{ key: 'k', entry: test.entry(1) }], test.now), 'setMany');
        await fails(() => keys.delete('k', test.now), 'delete');
        await fails(() => keys.deleteMany(['k'], test.now), 'deleteMany');
        await fails(() => keys.touch('k', test.now + 60_000, test.now), 'touch');
        await fails(() => keys.expire('k', test.now), 'expire');
        await fails(() => keys.deletePattern('*', test.now), 'deletePattern');
        await fails(() => keys.clear(test.now), 'clear');
        await fails(() => keys.versions.read(['t'], test.now), 'versions.read');
        await fails(() => keys.versions.ensure(['t'], test.now, test.now), 'versions.ensure');
        await fails(() => keys.versions.renew([['t', 'v']], test.now), 'versions.renew');
        await fails(() => tier.ping(), 'ping');
        if (tier.can.leases) await fails(() => keys.leases?.acquire('k', test.request()), 'leases.acquire');
        if (tier.can.leases) await fails(() => keys.leases?.fill('k', test.entry(1), 't', test.now), 'leases.fill');
      },
    },
    {
      name: 'opening does not wait and does not fail, not even on a closed tier',
      run: async (test) => {
        await test.tier.close();
        const keyspace = test.open({ region: 'late' });
        await fails(() => keyspace.get('k', test.now), 'get');
      },
    },
    {
      name: 'many keyspaces can be open at once',
      run: async (test) => {
        const regions = Array.from({ length: 50 }, (_, index) => test.open({ region: `r${index}` }));
        for (const [index, keyspace] of regions.entries()) await keyspace.set('k', test.entry(index), test.now);
        for (const [index, keyspace] of regions.entries()) {
          assert.equal((await keyspace.get('k', test.now))?.value, index);
        }
      },
    },
  ],
};
