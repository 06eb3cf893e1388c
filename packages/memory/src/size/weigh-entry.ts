import type { Entry } from '@uno-cache/core';
import { KeptBytes } from '../keeping/serialized.ts';
import { checkedSize } from './checked-size.ts';
import { estimateSize } from './estimate-size.ts';

/** What the store keeps for each key: columns, the index, the policy's sketch. */
export const SLOT_BYTES = 88;
/** The entry's object with its numbers. */
const ENTRY_BYTES = 200;
/** A typed array, its buffer and the object that holds it. */
const BYTES_BYTES = 232;

/** How many bytes an entry counts, by the user's word or by an estimate. */
export function entryWeigher(
  sizeOf: ((value: unknown, key: string) => number) | undefined,
): (key: string, entry: Entry, kept: Entry) => number {
  if (sizeOf !== undefined) return (key, entry) => checkedSize(sizeOf(entry.value, key));
  return (key, _, { value, tags }) => {
    const size = value instanceof KeptBytes ? BYTES_BYTES + value.bytes.byteLength : estimateSize(value);
    return SLOT_BYTES + ENTRY_BYTES + estimateSize(key) + size + (tags === undefined ? 0 : estimateSize(tags));
  };
}
