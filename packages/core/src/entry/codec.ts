import { show } from '../adapter/show.ts';
import { CacheError } from '../errors.ts';
import type { Serializer } from '../ports/serializer.ts';
import { crc32, crc32OfText } from './checksum.ts';
import type { Entry, TagVersion } from './entry.ts';
import type { EntryHeader } from './header.ts';
import { checkedView, corrupt, viewOf, writeHeader } from './header.ts';
import { entryLayout as at, ENTRY_HEADER_BYTES, entryFlags } from './layout.ts';
import { serializerHash, writtenAs } from './serializer-hash.ts';
import type { StandingLease } from './standing-lease.ts';
import { decodeTags, encodeTags } from './tags-section.ts';

const MAX_U32 = 0xffff_ffff;
const NOTHING = new Uint8Array(0);

/**
 * The bytes of an entry, format version 1 (`entryLayout`). `checkedAt` is not among them.
 *
 * @param key - the physical key, which the bytes are bound to.
 * @param payload - the value, when it has been serialized already; else `serializer` is called.
 * @throws CacheError `SERIALIZATION_FAILED`, `VALUE_TOO_LARGE`; `KEY_TOO_LONG` for a tag.
 */
export function encodeEntry(
  key: string,
  entry: Entry,
  payload: Uint8Array | undefined,
  serializer: Serializer,
  lease?: StandingLease,
): Uint8Array {
  const body = entry.negative ? NOTHING : (payload ?? encodeValue(serializer, entry.value, key));
  if (body.length > MAX_U32)
    throw new CacheError('VALUE_TOO_LARGE', `${body.length} bytes are more than an entry takes`);
  const tags = entry.tags === undefined || entry.tags.length === 0 ? NOTHING : encodeTags(entry.tags);
  const { negative, version, createdAt, freshUntil, staleMs, usableMs, cost, slidingMs, slidesUntil } = entry;
  const times = { version, createdAt, freshUntil, staleMs, usableMs, cost, slidingMs, slidesUntil };
  const header = { ...times, marker: false, negative, serializer: serializerHash(serializer), lease };
  return assemble(key, header, tags, body);
}

/** The bytes of a lease on a key that has no entry. Reads answer with a miss. */
export function encodeMarker(key: string, lease: StandingLease): Uint8Array {
  const times = {
    version: 0,
    createdAt: 0,
    freshUntil: 0,
    staleMs: 0,
    usableMs: 0,
    cost: 0,
    slidingMs: 0,
    slidesUntil: 0,
  };
  return assemble(key, { ...times, marker: true, negative: false, serializer: 0, lease }, NOTHING, NOTHING);
}

/**
 * The entry that was encoded, with `checkedAt` 0; `undefined` when the bytes are a marker.
 *
 * @param key - the physical key that the bytes were found under.
 * @throws CacheError `CORRUPT_ENTRY`, saying why: truncated, foreign, another format version, serializer or key, a
 * checksum, absurd times, trailing bytes.
 * @throws CacheError `SERIALIZATION_FAILED` when the bytes are whole, and the serializer cannot read them.
 */
export function decodeEntry(bytes: Uint8Array, key: string, serializer: Serializer): Entry | undefined {
  const view = checkedView(bytes);
  if (view.getUint32(at.keyCheck, true) !== crc32OfText(key)) throw corrupt('wrong key');
  const flags = view.getUint8(at.flags);
  if ((flags & entryFlags.marker) !== 0) return undefined;
  const id = writtenAs(serializer, view.getUint32(at.serializer, true));
  if (id === undefined) throw corrupt(`wrong serializer, not ${show(serializer.id)}`);
  const body = bytes.subarray(ENTRY_HEADER_BYTES);
  if (view.getUint32(at.bodyCheck, true) !== crc32(body)) throw corrupt('checksum');
  const tagsLength = view.getUint32(at.tagsLength, true);
  const payload = tagsLength === 0 ? body : body.subarray(tagsLength);
  const negative = (flags & entryFlags.negative) !== 0;
  // In the order in which entries are made, so that they are of one shape.
  return {
    value: negative ? undefined : decodeValue(serializer, payload, key, id),
    negative,
    tags: tagsLength === 0 ? undefined : readTags(body.subarray(0, tagsLength)),
    usableMs: view.getFloat64(at.usableMs, true),
    slidingMs: view.getFloat64(at.slidingMs, true),
    freshUntil: view.getFloat64(at.freshUntil, true),
    checkedAt: 0,
    staleMs: view.getFloat64(at.staleMs, true),
    slidesUntil: view.getFloat64(at.slidesUntil, true),
    createdAt: view.getFloat64(at.createdAt, true),
    version: view.getFloat64(at.version, true),
    cost: view.getFloat64(at.cost, true),
  };
}

/**
 * A value as the serializer writes it.
 *
 * @param key - the physical key.
 * @throws CacheError `SERIALIZATION_FAILED`, with what the serializer threw as its cause.
 */
export function encodeValue(serializer: Serializer, value: unknown, key: string): Uint8Array {
  let bytes: unknown;
  try {
    bytes = serializer.encode(value, key);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : show(cause);
    throw new CacheError('SERIALIZATION_FAILED', `serializer ${show(serializer.id)}: ${reason}`, { cause });
  }
  // Not `instanceof`: where tests run in a context of their own, a Buffer is of another realm.
  if (Object.prototype.toString.call(bytes) === '[object Uint8Array]') return bytes as Uint8Array;
  throw new CacheError('SERIALIZATION_FAILED', `serializer ${show(serializer.id)} gave ${show(bytes)}, not bytes`);
}

/**
 * The value that the serializer reads from a payload.
 *
 * @param key - the physical key.
 * @param id - which of the ids that it reads the payload was written under; its own when left out.
 * @throws CacheError `SERIALIZATION_FAILED`, with what the serializer threw as its cause.
 */
export function decodeValue(serializer: Serializer, payload: Uint8Array, key: string, id?: string): unknown {
  let value: unknown;
  try {
    value = serializer.decode(payload, key, id);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : show(cause);
    throw new CacheError('SERIALIZATION_FAILED', `serializer ${show(serializer.id)}: ${reason}`, { cause });
  }
  if (value !== undefined) return value;
  throw new CacheError('SERIALIZATION_FAILED', `serializer ${show(serializer.id)} read undefined, which is no value`);
}

function assemble(
  key: string,
  header: Omit<EntryHeader, 'keyCheck' | 'tagsLength' | 'payloadLength'>,
  tags: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(ENTRY_HEADER_BYTES + tags.length + payload.length);
  bytes.set(tags, ENTRY_HEADER_BYTES);
  bytes.set(payload, ENTRY_HEADER_BYTES + tags.length);
  const lengths = { tagsLength: tags.length, payloadLength: payload.length };
  const bodyCheck = crc32(bytes.subarray(ENTRY_HEADER_BYTES));
  writeHeader(viewOf(bytes), { ...header, ...lengths, keyCheck: crc32OfText(key) }, bodyCheck);
  return bytes;
}

function readTags(section: Uint8Array): TagVersion[] {
  const tags = decodeTags(section);
  if (tags === undefined) throw corrupt('tags');
  return tags;
}
