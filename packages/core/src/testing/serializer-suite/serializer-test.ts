import type { Serializer } from '../../ports/serializer.ts';
import type { OddValue } from '../odd-values.ts';

/** What a case of the serializer suite works with. */
export interface SerializerTest {
  readonly serializer: Serializer;
  readonly another: () => Serializer;
  readonly values: readonly OddValue[];
  readonly loses: readonly string[];
  readonly isTolerant: boolean;
}

export const KEY = 'namespace:region:key';

/** What is kept: the values without those that the serializer says it loses. */
export function kept({ values, loses }: SerializerTest): readonly OddValue[] {
  return values.filter(({ name }) => !loses.includes(name));
}

export function roundTrip(serializer: Serializer, value: unknown): unknown {
  return serializer.decode(serializer.encode(value, KEY), KEY);
}
