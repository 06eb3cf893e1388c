import type { Entry } from '@uno-cache/core';
import type { EntryHeader } from '@uno-cache/core/adapter';
import { entryLayout as at, crc32, entryFlags, headerCheck, inspectEntry, visibleUntil } from '@uno-cache/core/adapter';
import type { Row } from '../entries/entry-table.ts';

/** What the bytes of a row say of its entry, as far as that can be told without the serializer. */
export type StoredHeader = Pick<
  Entry,
  'negative' | 'createdAt' | 'freshUntil' | 'staleMs' | 'usableMs' | 'version' | 'cost' | 'slidingMs' | 'slidesUntil'
>;

/** `undefined` when the bytes are damaged, or another key's. */
export function storedHeader(row: Row, key: string): StoredHeader | undefined {
  const { bytes } = row;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = row.file === null ? checked(bytes, view) : inspectHead(bytes, view);
    return header?.keyCheck === crc32(key) ? header : undefined;
  } catch {
    return undefined;
  }
}

/** What the first bytes of an entry say; `undefined` when they are damaged. */
export function timesOf(head: Uint8Array | undefined): StoredHeader | undefined {
  if (head === undefined) return undefined;
  try {
    return inspectHead(head, new DataView(head.buffer, head.byteOffset, head.byteLength));
  } catch {
    return undefined;
  }
}

function checked(bytes: Uint8Array, view: DataView): EntryHeader | undefined {
  const header = inspectEntry(bytes);
  return view.getUint32(at.bodyCheck, true) === crc32(bytes.subarray(at.tags)) ? header : undefined;
}

/** As `inspectEntry`, for a header whose tags or payload are not at hand: it is shown one without. */
function inspectHead(bytes: Uint8Array, view: DataView): EntryHeader | undefined {
  if (bytes.length < at.tags || view.getUint32(at.headerCheck, true) !== headerCheck(view)) return undefined;
  const alone = bytes.slice(0, at.tags);
  const copy = new DataView(alone.buffer);
  copy.setUint8(at.flags, copy.getUint8(at.flags) & ~entryFlags.tagged);
  copy.setUint32(at.tagsLength, 0, true);
  copy.setUint32(at.payloadLength, 0, true);
  copy.setUint32(at.headerCheck, headerCheck(copy), true);
  return inspectEntry(alone);
}

/** Whether reads answer with it. */
export function isVisible(header: StoredHeader, now: number): boolean {
  return !header.negative && visibleUntil(header as Entry) > now;
}

/** The header as an entry without its value, for the functions that move times. */
export function asEntry(header: StoredHeader): Entry {
  const { negative, createdAt, freshUntil, staleMs, usableMs, version, cost, slidingMs, slidesUntil } = header;
  const times = { createdAt, freshUntil, staleMs, usableMs, version, cost, slidingMs, slidesUntil };
  return { value: undefined, negative, ...times, tags: undefined, checkedAt: 0 };
}

/** Writes the version into the bytes of an entry that nobody else has seen. */
export function stamp(bytes: Uint8Array, version: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setFloat64(at.version, version, true);
  view.setUint32(at.headerCheck, headerCheck(view), true);
}
