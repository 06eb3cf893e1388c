import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import { unlessLeases } from './claims.ts';
import type { TierTest } from './tier-test.ts';

export const order: Group<TierTest> = {
  name: 'versions of entries',
  cases: [
    {
      name: 'set gives the version that reads answer with',
      run: async (test) => {
        const version = await test.put('k', 1);
        assert.ok(Number.isFinite(version) && version > 0, `version ${version}`);
        assert.equal((await test.keys.get('k', test.now))?.version, version);
      },
    },
    {
      name: 'every write gives a greater one, within one millisecond too',
      run: async (test) => {
        let last = 0;
        const newer = (version: number, after: string): void => {
          assert.ok(version > last, `${after} gave ${version} after ${last}`);
          last = version;
        };
        for (let round = 0; round < 20; round++) {
          newer(await test.put('k', round, { staleMs: 5_000, usableMs: 5_000 }), 'set');
          newer(await test.keys.touch('k', test.now + 50_000, test.now), 'touch');
          newer(await test.keys.expire('k', test.now), 'expire');
        }
      },
    },
    {
      name: 'touch and expire store the version that they answer with',
      run: async (test) => {
        await test.put('k', 1, { staleMs: 5_000, usableMs: 5_000 });
        const touched = await test.keys.touch('k', test.now + 50_000, test.now);
        assert.equal((await test.keys.get('k', test.now))?.version, touched);
        const expired = await test.keys.expire('k', test.now);
        assert.equal((await test.keys.get('k', test.now))?.version, expired);
      },
    },
    {
      name: 'a version that the entry brings is kept',
      run: async (test) => {
        assert.equal(await test.put('k', 1, { version: 4_711 }), 4_711);
        assert.equal((await test.keys.get('k', test.now))?.version, 4_711);
      },
    },
    {
      name: 'the next version is greater than one that was brought',
      run: async (test) => {
        const brought = (await test.put('k', 1)) + 1_000;
        await test.put('k', 2, { version: brought });
        const next = await test.put('k', 3);
        assert.ok(next > brought, `${next} after ${brought}`);
      },
    },
    {
      name: 'after a delete, a pattern and a clear versions go on growing',
      run: async (test) => {
        let last = await test.put('k', 0);
        const removals = {
          delete: () => test.keys.delete('k', test.now),
          deleteMany: () => test.keys.deleteMany(['k'], test.now),
          deletePattern: () => test.keys.deletePattern('k', test.now),
          clear: () => test.keys.clear(test.now),
          expire: () => test.keys.expire('k', test.now),
        };
        for (const [name, remove] of Object.entries(removals)) {
          await remove();
          const version = await test.put('k', name);
          assert.ok(version > last, `after ${name}: ${version} after ${last}`);
          last = version;
        }
      },
    },
    {
      name: 'a fill gives one as a set does, or keeps what the entry brings',
      unless: unlessLeases,
      run: async (test) => {
        const first = await test.put('k', 1);
        await test.keys.delete('k', test.now);
        const filled = await test.fill('k', 2, (await test.win('k')).token);
        assert.ok(filled > first, `${filled} after ${first}`);
        assert.equal((await test.keys.get('k', test.now))?.version, filled);
        const { token } = await test.win('copy');
        assert.equal(await test.fill('copy', 3, token, { version: 4_711 }), 4_711);
      },
    },
  ],
};
