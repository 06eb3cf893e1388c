import assert from 'node:assert/strict';
import type { OddValue } from '../odd-values.ts';
import { oddValues } from '../odd-values.ts';
import type { Case, Group } from '../suite.ts';
import type { TierTest } from './tier-test.ts';

function comesBack({ name, make }: OddValue): Case<TierTest> {
  return {
    name: `${name} comes back alike`,
    run: async (test) => {
      await test.put('k', make());
      const found = await test.keys.get('k', test.now);
      assert.ok(found, 'the entry is not there');
      assert.equal(found.negative, false);
      assert.deepEqual(found.value, make());
      const [batched] = await test.keys.getMany(['k'], test.now);
      assert.deepEqual(batched?.value, make());
    },
  };
}

export const values: Group<TierTest> = { name: 'odd values', cases: oddValues.map(comesBack) };
