import assert from 'node:assert/strict';
import { isDeepStrictEqual } from '../deep-equal.ts';
import type { Case, Group } from '../suite.ts';
import type { SerializerTest } from './serializer-test.ts';
import { KEY, roundTrip } from './serializer-test.ts';

/** What nobody can keep, and what would be lost without a word where it is left out. */
const UNKEEPABLE: Readonly<Record<string, () => unknown>> = {
  'a function': () => () => 1,
  'a symbol': () => Symbol('s'),
  'a function in an object': () => ({ a: 1, method: () => 1 }),
  'a symbol in an array': () => [1, Symbol('s')],
  'a function in a Map': () => new Map([['k', () => 1]]),
  'a promise': () => ({ later: Promise.resolve(1) }),
};

function isRefused([name, make]: readonly [string, () => unknown]): Case<SerializerTest> {
  return {
    name: `${name} is refused`,
    run: ({ serializer }) => {
      assert.throws(() => serializer.encode(make(), KEY));
    },
  };
}

export const refusals: Group<SerializerTest> = {
  name: 'what cannot be kept',
  cases: [
    ...Object.entries(UNKEEPABLE).map(isRefused),
    {
      name: 'a cycle is refused, or comes back as one',
      run: ({ serializer }) => {
        const value: { name: string; self?: unknown } = { name: 'cycle' };
        value.self = value;
        let found: unknown;
        try {
          found = roundTrip(serializer, value);
        } catch {
          return;
        }
        assert.ok(isDeepStrictEqual(found, value), 'it came back as something else');
      },
    },
    {
      name: 'a refusal leaves nothing behind: the next value is kept',
      run: ({ serializer, values, loses }) => {
        assert.throws(() => serializer.encode({ a: [() => 1] }, KEY));
        const next = values.find(({ name }) => !loses.includes(name));
        assert.ok(next);
        assert.deepEqual(roundTrip(serializer, next.make()), next.make());
      },
    },
  ],
};
