import type { Entry, Serializer } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkValueBytes, encodeEntry, entryLayout, usableUntil } from '@uno-cache/core/adapter';

/** What a server takes for one value, unless `proto-max-bulk-len` says otherwise. It hangs up on more. */
const MAX_BYTES = 512 * 1024 * 1024;
/** The longest end that is left to the server; a later one is as good as none. */
const MAX_TTL_MS = 1e15;

/** An entry as the scripts take it. */
export interface EntryBytes {
  /** Up to and with the version: what a script may change when it stores. */
  readonly head: Buffer;
  readonly rest: Buffer;
  /** Milliseconds; `''` without end, `'0'` for one that has passed. */
  readonly ttl: string;
}

const HEAD_BYTES = entryLayout.createdAt;

/**
 * @param key - the physical key.
 * @param most - the largest value that is taken, in bytes.
 * @param entry - with its times as the server counts them.
 * @param now - as the server counts it.
 * @throws CacheError `SERIALIZATION_FAILED`, `VALUE_TOO_LARGE`, `KEY_TOO_LONG`.
 */
export function entryBytes(
  key: string,
  entry: Entry,
  now: number,
  payload: Uint8Array | undefined,
  serializer: Serializer,
  most: number,
): EntryBytes {
  const bytes = encodeEntry(key, entry, payload, serializer);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkValueBytes(key, buffer.readUInt32LE(entryLayout.payloadLength), most);
  if (bytes.length > MAX_BYTES) {
    throw new CacheError('VALUE_TOO_LARGE', `${bytes.length} bytes are more than Redis takes for a value`);
  }
  return {
    head: buffer.subarray(0, HEAD_BYTES),
    rest: buffer.subarray(HEAD_BYTES),
    ttl: ttlText(usableUntil(entry) - now),
  };
}

/** How long something lasts, as scripts take it. */
export function ttlText(ms: number): string {
  if (ms > MAX_TTL_MS) return '';
  return ms > 0 ? String(Math.ceil(ms)) : '0';
}

/** A number as scripts read it: they need not parse it, and `Infinity` is one. */
export function double(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
