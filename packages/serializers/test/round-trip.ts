import type { Serializer } from '@uno-cache/core';

export const KEY = 'shop::user:42';

/** What comes back of a value. */
export function roundTrip(serializer: Serializer, value: unknown, key: string = KEY): unknown {
  return serializer.decode(serializer.encode(value, key), key);
}
