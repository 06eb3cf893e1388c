import type { Entry } from '@uno-cache/core';
import { checkValueBytes } from '@uno-cache/core/adapter';
import { KeptBytes } from '../keeping/serialized.ts';
import { checkedSize } from './checked-size.ts';
import { estimateSize } from './estimate-size.ts';

/** Refuses entries whose value takes more than that: in bytes where bytes are kept, else by the user's word or an estimate. */
export function valueCheck(
  most: number,
  sizeOf: ((value: unknown, key: string) => number) | undefined,
): (key: string, entry: Entry, kept: Entry) => void {
  return (key, { value, negative }, kept) => {
    if (negative) return;
    if (kept.value instanceof KeptBytes) checkValueBytes(key, kept.value.bytes.byteLength, most);
    else checkValueBytes(key, sizeOf === undefined ? estimateSize(value) : checkedSize(sizeOf(value, key)), most);
  };
}
