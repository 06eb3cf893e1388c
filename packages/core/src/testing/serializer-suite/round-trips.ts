import assert from 'node:assert/strict';
import { isDeepStrictEqual } from '../deep-equal.ts';
import type { OddValue } from '../odd-values.ts';
import type { Case, Group } from '../suite.ts';
import type { SerializerTest } from './serializer-test.ts';
import { roundTrip } from './serializer-test.ts';

function comesBack({ name, make }: OddValue): Case<SerializerTest> {
  return {
    name: `${name} comes back alike`,
    run: ({ serializer, another }) => {
      assert.deepEqual(roundTrip(serializer, make()), make());
      const bytes = serializer.encode(make(), 'key');
      assert.deepEqual(another().decode(bytes, 'key'), make(), 'another instance reads something else');
    },
  };
}

function isLost({ name, make }: OddValue): Case<SerializerTest> {
  return {
    name: `${name} does not come back alike, as documented`,
    run: ({ serializer }) => {
      let found: unknown;
      try {
        found = roundTrip(serializer, make());
      } catch {
        return;
      }
      assert.ok(!isDeepStrictEqual(found, make()), 'it does: take it from the list of what is lost');
    },
  };
}

export function roundTrips(values: readonly OddValue[], loses: readonly string[]): Group<SerializerTest> {
  return {
    name: 'values',
    cases: values.map((value) => (loses.includes(value.name) ? isLost(value) : comesBack(value))),
  };
}
