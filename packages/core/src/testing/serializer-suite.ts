import type { Serializer } from '../ports/serializer.ts';
import type { OddValue } from './odd-values.ts';
import { oddValues } from './odd-values.ts';
import { damage } from './serializer-suite/damage.ts';
import { manners } from './serializer-suite/manners.ts';
import { refusals } from './serializer-suite/refusals.ts';
import { roundTrips } from './serializer-suite/round-trips.ts';
import type { SerializerTest } from './serializer-suite/serializer-test.ts';
import type { Group, TestRunner } from './suite.ts';
import { register } from './suite.ts';

export interface SerializerSuiteOptions {
  /** A new serializer. */
  create(): Serializer;
  /**
   * Names of `oddValues` that do not come back alike, as the serializer's documentation says. One that does come back
   * alike fails, so that the list stays true.
   */
  readonly loses?: readonly string[];
  /** Values to be kept, for a serializer that takes values of one kind only. Default `oddValues`. */
  readonly values?: readonly OddValue[];
  /** Whether the format may read bytes that it has not written, as protobuf does. Default `false`. */
  readonly isTolerant?: boolean;
}

/**
 * The contract of `Serializer`, as tests.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { taggedJson } from '@uno-cache/core';
 * import { serializerSuite } from '@uno-cache/core/testing';
 *
 * serializerSuite({ describe, it }, { create: () => taggedJson });
 * ```
 */
export function serializerSuite(runner: TestRunner, options: SerializerSuiteOptions): void {
  const { values = oddValues, loses = [], isTolerant = false } = options;
  const unknown = loses.filter((name) => !values.some((value) => value.name === name));
  if (unknown.length > 0)
    throw new TypeError(`loses: no value is called ${unknown.map((name) => `"${name}"`).join(', ')}`);
  const groups: readonly Group<SerializerTest>[] = [roundTrips(values, loses), manners, refusals, damage];
  register(runner, groups, {
    begin: async () => ({ serializer: options.create(), another: options.create, values, loses, isTolerant }),
    end: async () => {},
  });
}
