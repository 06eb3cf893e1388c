import { CacheError } from '@uno-cache/core';
import { crc32 } from '@uno-cache/core/adapter';

/** What stands in front of the bytes of an item. All of it is written once; a touch keeps it. */
export interface Frame {
  readonly kind: FrameKind;
  /** Of the space that the item belongs to. After a clear it is another. */
  readonly generation: string;
  /** How many pattern marks there were when the item's load began. */
  readonly mark: number;
  /** Of this value: every set, fill and expire gives another, a touch does not. */
  readonly id: string;
  /** The physical key, where the server's key is a hash of it; else `''`. */
  readonly key: string;
  readonly body: Uint8Array;
}

/** `entry`: an entry's bytes, or a marker's. `lock`: a marker's, for the value with the same id. `version`: a tag's. */
export type FrameKind = 'entry' | 'lock' | 'version';

const KIND_NUMBERS: Readonly<Record<FrameKind, number>> = { entry: 1, lock: 2, version: 3 };

const MAGIC = 'UNM1';
const at = Object.freeze({ check: 4, kind: 8, keyLength: 12, mark: 16, generation: 24, id: 36, key: 48 });
const ID_BYTES = 12;

/** The bytes of an item, as docs/guide/memcached.md describes them. */
export function encodeFrame({ kind, generation, mark, id, key, body }: Frame): Buffer {
  const keyBytes = Buffer.from(key);
  const bytes = Buffer.alloc(at.key + keyBytes.length + body.length);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt32LE(KIND_NUMBERS[kind], at.kind);
  bytes.writeUInt32LE(keyBytes.length, at.keyLength);
  bytes.writeDoubleLE(mark, at.mark);
  bytes.write(generation, at.generation, ID_BYTES, 'latin1');
  bytes.write(id, at.id, ID_BYTES, 'latin1');
  bytes.set(keyBytes, at.key);
  bytes.set(body, at.key + keyBytes.length);
  bytes.writeUInt32LE(checkOf(bytes, keyBytes.length), at.check);
  return bytes;
}

/**
 * @param key - the physical key where the server's is a hash; else `''`.
 * @throws CacheError `CORRUPT_ENTRY`
 */
export function decodeFrame(bytes: Buffer, kind: FrameKind, key: string): Frame {
  if (bytes.length < at.key || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw corrupt('foreign bytes');
  const keyLength = bytes.readUInt32LE(at.keyLength);
  if (bytes.length < at.key + keyLength) throw corrupt('truncated');
  if (bytes.readUInt32LE(at.check) !== checkOf(bytes, keyLength)) throw corrupt('frame checksum');
  if (bytes.readUInt32LE(at.kind) !== KIND_NUMBERS[kind]) throw corrupt('another kind of item');
  if (bytes.toString('utf8', at.key, at.key + keyLength) !== key) throw corrupt('wrong key');
  return {
    kind,
    generation: bytes.toString('latin1', at.generation, at.generation + ID_BYTES),
    mark: bytes.readDoubleLE(at.mark),
    id: bytes.toString('latin1', at.id, at.id + ID_BYTES),
    key,
    body: bytes.subarray(at.key + keyLength),
  };
}

function checkOf(bytes: Buffer, keyLength: number): number {
  return crc32(bytes.subarray(at.kind, at.key + keyLength));
}

function corrupt(reason: string): CacheError {
  return new CacheError('CORRUPT_ENTRY', `not a readable item: ${reason}`);
}
