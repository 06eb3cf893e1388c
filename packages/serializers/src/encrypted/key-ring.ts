import type { KeyObject } from 'node:crypto';
import { createHash, createSecretKey } from 'node:crypto';
import { isWellFormed, mismatch } from '@uno-cache/core/adapter';

/** 32 bytes from a good source of randomness, such as `crypto.randomBytes(32)`; never a password. */
export type EncryptionKey = Uint8Array | KeyObject;

/** A key by a name of your own, which is stored in the clear with each entry. */
export interface NamedEncryptionKey {
  /** 1 to 255 bytes of UTF-8. */
  readonly id: string;
  readonly key: EncryptionKey;
}

/** A key with its id, as it stands in the bytes. */
export interface RingKey {
  readonly id: Uint8Array;
  readonly secret: KeyObject;
}

/** The first encrypts, all decrypt. Keys are in it by the hexadecimal text of their ids' bytes. */
export type KeyRing = ReadonlyMap<string, RingKey>;

const KEY_BYTES = 32;
const MAX_ID_BYTES = 255;
const FINGERPRINT_BYTES = 8;
const NUMERIC = /^\d+$/;
const EXPECTED = `${KEY_BYTES} bytes, as a Uint8Array or a secret KeyObject`;

/**
 * Messages say of a key what it is, never what it holds.
 *
 * @throws TypeError for keys that are not 32 bytes, for none, and for two of the same id.
 */
export function keyRing(keys: unknown): KeyRing {
  const items = Array.isArray(keys) ? (keys as unknown[]) : named(keys);
  if (items.length === 0) throw new TypeError('encrypted(): keys must hold at least one key');
  const ring = new Map<string, RingKey>();
  for (const [index, item] of items.entries()) {
    const key = ringKey(item, `encrypted(): keys[${index}]`);
    const name = ringName(key.id);
    if (ring.has(name)) throw new TypeError(`encrypted(): keys[${index}] has the id of a key before it`);
    ring.set(name, key);
  }
  return ring;
}

/** Under which name a key with this id is in the ring. */
export function ringName(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
}

/** The keys of a record; which is the first has to be plain to see. */
function named(keys: unknown): unknown[] {
  if (Object.prototype.toString.call(keys) !== '[object Object]') {
    throw new TypeError(`encrypted(): keys must be a list or a record of keys; got ${described(keys)}`);
  }
  const entries = Object.entries(keys as object);
  if (entries.length > 1 && entries.some(([id]) => NUMERIC.test(id))) {
    throw new TypeError(
      'encrypted(): keys as a record cannot have numbers for ids, which JavaScript sorts; use a list',
    );
  }
  return entries.map(([id, key]) => ({ id, key }));
}

function ringKey(item: unknown, place: string): RingKey {
  if (!isNamed(item)) {
    const secret = secretOf(item, place);
    return { id: fingerprint(secret), secret };
  }
  const { id } = item;
  const bytes = typeof id === 'string' && isWellFormed(id) ? new TextEncoder().encode(id) : undefined;
  if (bytes === undefined || bytes.length === 0 || bytes.length > MAX_ID_BYTES) {
    throw new TypeError(mismatch(`${place}.id`, `a well-formed string of 1 to ${MAX_ID_BYTES} bytes`, id));
  }
  return { id: bytes, secret: secretOf(item.key, `${place}.key`) };
}

function secretOf(key: unknown, place: string): KeyObject {
  const bytes = isSecret(key) ? key.export() : key;
  if (Object.prototype.toString.call(bytes) === '[object Uint8Array]' && (bytes as Uint8Array).length === KEY_BYTES) {
    // A copy: whoever wipes or changes their bytes does not change the key.
    return createSecretKey(bytes as Uint8Array);
  }
  throw new TypeError(`${place} must be ${EXPECTED}; got ${described(bytes)}`);
}

/** Enough of a hash to tell keys apart; says nothing about 32 random bytes. */
function fingerprint(secret: KeyObject): Uint8Array {
  return createHash('sha256')
    .update('uno-cache key id')
    .update(secret.export())
    .digest()
    .subarray(0, FINGERPRINT_BYTES);
}

function isNamed(item: unknown): item is { readonly id: unknown; readonly key: unknown } {
  return typeof item === 'object' && item !== null && !ArrayBuffer.isView(item) && 'key' in item;
}

function isSecret(key: unknown): key is KeyObject {
  return typeof key === 'object' && key !== null && (key as { type?: unknown }).type === 'secret';
}

function described(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
