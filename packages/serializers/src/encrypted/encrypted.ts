import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import type { Serializer } from '@uno-cache/core';
import { checkOptions, checkSerializer } from '@uno-cache/core/adapter';
import { unwrappedId, wrappedIds } from '../wrapping.ts';
import type { EncryptionKey, NamedEncryptionKey, RingKey } from './key-ring.ts';
import { keyRing, ringName } from './key-ring.ts';

export interface EncryptedOptions {
  /**
   * The first encrypts, all decrypt: to rotate, put the new key in front, and remove the old one when its entries are
   * gone. A list of keys, with or without ids, or a record of them by id.
   */
  readonly keys: readonly (EncryptionKey | NamedEncryptionKey)[] | Readonly<Record<string, EncryptionKey>>;
}

const NAME = 'aes-256-gcm';
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Format and length of the key's id. */
const FIXED_BYTES = 2;

/**
 * What the inner serializer writes, encrypted and authenticated with AES-256-GCM; id `aes-256-gcm+json` and the like.
 *
 * The bytes are bound to the entry's physical key and to the serializer's id: an entry that someone moved to another key
 * or changed does not decrypt, which is a miss. Keys, tags, times and sizes of entries stay in the clear. An old entry can
 * be put back under its own key as long as its encryption key is in use.
 *
 * Nonces are random, so a key is good for 2^32 entries: rotate it before. Compress inside and not outside:
 * `encrypted(compressed(json()), { keys })`.
 *
 * @throws TypeError for keys that are not 32 bytes. No message has key material in it.
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { encrypted, json } from '@uno-cache/serializers';
 *
 * const [old, current] = [randomBytes(32), randomBytes(32)];
 * const bytes = encrypted(json(), { keys: [old] }).encode('secret', 'user:1');
 * const rotated = encrypted(json(), { keys: [current, old] });
 * console.log(rotated.decode(bytes, 'user:1')); // secret
 * ```
 */
export function encrypted(inner: Serializer, options: EncryptedOptions): Serializer {
  checkSerializer(inner, 'encrypted(): inner');
  checkOptions('encrypted()', options, ['keys']);
  const ring = keyRing(options.keys);
  const [current] = ring.values();
  const ids = wrappedIds(NAME, inner);

  return Object.freeze({
    ...ids,
    encode: (value: unknown, key: string): Uint8Array => seal(inner.encode(value, key), current!, context(ids.id, key)),
    decode(bytes: Uint8Array, key: string, id: string = ids.id): unknown {
      const header = readHeader(bytes);
      const ringKey = ring.get(ringName(header.subarray(FIXED_BYTES)));
      if (ringKey === undefined) throw new Error('encrypted with a key that is not among keys');
      return inner.decode(open(bytes, header, ringKey, context(id, key)), key, unwrappedId(NAME, id));
    },
  });
}

/** What the bytes are bound to. Ids have no NUL in them. */
function context(id: string, key: string): Uint8Array {
  return Buffer.from(`${id}\0${key}`);
}

/** Format, length and id of the key, nonce, ciphertext, tag. */
function seal(plain: Uint8Array, { id, secret }: RingKey, boundTo: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FIXED_BYTES + id.length + NONCE_BYTES + plain.length + TAG_BYTES);
  bytes.set([FORMAT, id.length]);
  bytes.set(id, FIXED_BYTES);
  const header = bytes.subarray(0, FIXED_BYTES + id.length);
  const nonce = randomFillSync(bytes.subarray(header.length, header.length + NONCE_BYTES));
  const cipher = createCipheriv(NAME, secret, nonce, { authTagLength: TAG_BYTES }).setAAD(header).setAAD(boundTo);
  bytes.set(cipher.update(plain), header.length + NONCE_BYTES);
  cipher.final();
  bytes.set(cipher.getAuthTag(), bytes.length - TAG_BYTES);
  return bytes;
}

function readHeader(bytes: Uint8Array): Uint8Array {
  const [format, length = 0] = bytes;
  const least = FIXED_BYTES + length + NONCE_BYTES + TAG_BYTES;
  if (format !== FORMAT || bytes.length < least) throw new Error('truncated, or not of encrypted()');
  return bytes.subarray(0, FIXED_BYTES + length);
}

function open(bytes: Uint8Array, header: Uint8Array, { secret }: RingKey, boundTo: Uint8Array): Uint8Array {
  const start = header.length + NONCE_BYTES;
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(NAME, secret, bytes.subarray(header.length, start), { authTagLength: TAG_BYTES });
  decipher.setAAD(header).setAAD(boundTo).setAuthTag(bytes.subarray(end));
  const plain = decipher.update(bytes.subarray(start, end));
  decipher.final();
  return plain;
}
