import assert from 'node:assert/strict';
import type { Group } from '../suite.ts';
import { unlessLeases } from './claims.ts';
import type { TierTest } from './tier-test.ts';

const CALLERS = 30;

function all<T>(call: (index: number) => T | Promise<T>, count: number = CALLERS): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, async (_, index) => call(index)));
}

export const concurrency: Group<TierTest> = {
  name: 'concurrency',
  cases: [
    {
      name: 'of many who ask at once one wins the lease',
      unless: unlessLeases,
      run: async (test) => {
        const answers = await all(() => test.acquire('k'));
        const states = answers.map(({ state }) => state).sort();
        assert.deepEqual(states, [...Array.from({ length: CALLERS - 1 }, () => 'held'), 'won']);
      },
    },
    {
      name: 'one load for many who wait for it',
      unless: unlessLeases,
      run: async (test) => {
        let loads = 0;
        const seen = await all(async () => {
          for (let tries = 0; tries < 200; tries++) {
            const answer = await test.acquire('k');
            if (answer.state === 'hit') return answer.entry.value;
            if (answer.state === 'won') {
              loads++;
              await test.wait(1);
              await test.fill('k', 'loaded', answer.token);
              return 'loaded';
            }
            await test.wait(5);
          }
          return 'gave up';
        });
        assert.deepEqual(new Set(seen), new Set(['loaded']));
        assert.equal(loads, 1);
      },
    },
    {
      name: 'a fill and a delete at once: what the delete saw decides, and nothing stays leased',
      unless: unlessLeases,
      run: async (test) => {
        for (let round = 0; round < 10; round++) {
          const key = `k${round}`;
          const { token } = await test.win(key);
          const [deleted, filled] = await Promise.all([
            test.keys.delete(key, test.now),
            test.fill(key, 'loaded', token),
          ]);
          assert.equal(
            await test.keys.get(key, test.now),
            undefined,
            'the value outlived a delete that came first or last',
          );
          assert.equal(deleted, filled > 0, 'the delete saw something else than the fill');
          await test.win(key);
        }
      },
    },
    {
      name: 'of many sets of one key at once the one with the greatest version stands',
      run: async (test) => {
        const versions = await all((index) => test.put('k', index));
        assert.equal(new Set(versions).size, CALLERS, 'two sets gave one version');
        const found = await test.keys.get('k', test.now);
        assert.ok(found);
        assert.equal(found.version, Math.max(...versions));
        assert.equal(found.value, versions.indexOf(found.version));
      },
    },
    {
      name: 'reads, sets and deletes of many keys at once keep apart',
      run: async (test) => {
        await all(async (index) => {
          for (let round = 0; round < 5; round++) {
            await test.put(`k${index}`, [index, round]);
            assert.deepEqual(await test.value(`k${index}`), [index, round]);
            assert.equal(await test.keys.delete(`k${index}`, test.now), true);
            assert.equal(await test.value(`k${index}`), undefined);
          }
        });
      },
    },
    {
      name: 'many who ensure a tag at once get one version',
      run: async (test) => {
        const until = test.now + 60_000;
        const versions = await all((index) => test.keys.versions.ensure(['t', `own ${index}`], until, test.now));
        assert.equal(new Set(versions.map(([shared]) => shared)).size, 1);
        assert.equal(new Set(versions.map(([, own]) => own)).size, CALLERS);
      },
    },
    {
      name: 'batches at once do not mix their answers up',
      run: async (test) => {
        await all((index) => test.put(`k${index}`, index));
        const found = await all((index) =>
          test.keys.getMany([`k${index}`, 'none', `k${CALLERS - 1 - index}`], test.now),
        );
        for (const [index, entries] of found.entries()) {
          assert.deepEqual(
            entries.map((entry) => entry?.value),
            [index, undefined, CALLERS - 1 - index],
          );
        }
      },
    },
  ],
};
