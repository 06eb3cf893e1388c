import type { Serializer } from '@uno-cache/core';
import { checkSerializer, mismatch, show } from '@uno-cache/core/adapter';

/**
 * The serializer, reading also what the others wrote: for a migration without a cold cache. New entries are written by
 * the serializer alone; without `accepting()`, those of the others are misses.
 *
 * It needs the id that stands in an entry's header, so it does nothing in tiers that keep none (`format: 'raw'`).
 *
 * @throws TypeError for what is not a serializer.
 * @example
 * ```ts
 * import { accepting, json, msgpack } from '@uno-cache/serializers';
 *
 * const serializer = accepting(msgpack(), [json()]);
 * console.log(serializer.id, serializer.accepts); // msgpack [ 'plain-json' ]
 * ```
 */
export function accepting(serializer: Serializer, others: readonly Serializer[]): Serializer {
  checkSerializer(serializer, 'accepting(): serializer');
  if (!Array.isArray(others)) throw new TypeError(mismatch('accepting(): others', 'an array of serializers', others));
  const readers = new Map<string, Serializer>();
  for (const reader of [serializer, ...others.map((other) => checkSerializer(other, 'accepting(): others'))]) {
    for (const id of [reader.id, ...(reader.accepts ?? [])]) if (!readers.has(id)) readers.set(id, reader);
  }
  const { id: own } = serializer;
  return Object.freeze({
    id: own,
    accepts: Object.freeze([...readers.keys()].filter((id) => id !== own)),
    encode: (value: unknown, key: string): Uint8Array => serializer.encode(value, key),
    decode(bytes: Uint8Array, key: string, id: string = own): unknown {
      const reader = readers.get(id);
      if (reader === undefined) throw new Error(`bytes of ${show(id)}, which is not accepted`);
      return reader.decode(bytes, key, id);
    },
  });
}
