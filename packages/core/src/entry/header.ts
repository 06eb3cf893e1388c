import { CacheError } from '../errors.ts';
import { entryLayout as at, ENTRY_FORMAT_VERSION, ENTRY_HEADER_BYTES, ENTRY_MAGIC, entryFlags } from './layout.ts';
import type { StandingLease } from './standing-lease.ts';
import { readLease, writeLease } from './standing-lease.ts';

/** What the bytes of an entry say without their tags and payload. Times as in `Entry`. */
export interface EntryHeader {
  /** No entry, only a lease: reads answer as if the key were absent. */
  readonly marker: boolean;
  readonly negative: boolean;
  /** FNV-1a of the serializer's id. */
  readonly serializer: number;
  /** CRC-32 of the physical key. */
  readonly keyCheck: number;
  readonly tagsLength: number;
  readonly payloadLength: number;
  readonly version: number;
  readonly createdAt: number;
  readonly freshUntil: number;
  readonly staleMs: number;
  readonly usableMs: number;
  readonly cost: number;
  readonly slidingMs: number;
  readonly slidesUntil: number;
  readonly lease: StandingLease | undefined;
}

/** What may be changed in stored bytes without touching the value. */
export interface EntryPatch
  extends Partial<Pick<EntryHeader, 'version' | 'freshUntil' | 'staleMs' | 'usableMs' | 'slidingMs' | 'slidesUntil'>> {
  /** `null` ends the lease. */
  readonly lease?: StandingLease | null;
}

const HEADER_WORDS = ENTRY_HEADER_BYTES / 4;
const KNOWN_FLAGS = entryFlags.negative | entryFlags.marker | entryFlags.tagged;

/**
 * The header of an entry's bytes, with its lease: checked, apart from the key, the serializer and the body's checksum.
 *
 * @throws CacheError `CORRUPT_ENTRY`.
 */
export function inspectEntry(bytes: Uint8Array): EntryHeader {
  const view = viewOf(bytes);
  if (bytes.length >= 4 && view.getUint32(at.magic, true) !== ENTRY_MAGIC) throw corrupt('foreign bytes');
  if (bytes.length < ENTRY_HEADER_BYTES) throw corrupt('truncated');
  const format = view.getUint8(at.formatVersion);
  if (format !== ENTRY_FORMAT_VERSION) throw corrupt(`format version ${format}`);
  if (view.getUint32(at.headerCheck, true) !== headerCheck(view)) throw corrupt('header checksum');
  const header = readHeader(view);
  checkLengths(header, view.getUint8(at.flags), bytes.length);
  if (view.getUint16(at.reserved, true) !== 0) throw corrupt('reserved bytes');
  if (!hasSaneTimes(header)) throw corrupt('absurd times');
  return header;
}

/** Writes all but the checksum, which `sealHeader` adds last. */
export function writeHeader(view: DataView, header: EntryHeader, bodyCheck: number): void {
  view.setUint32(at.magic, ENTRY_MAGIC, true);
  view.setUint8(at.formatVersion, ENTRY_FORMAT_VERSION);
  const { negative, marker, tagged } = entryFlags;
  const flags = (header.negative ? negative : 0) | (header.marker ? marker : 0) | (header.tagsLength > 0 ? tagged : 0);
  view.setUint8(at.flags, flags);
  view.setUint32(at.serializer, header.serializer, true);
  view.setUint32(at.keyCheck, header.keyCheck, true);
  view.setUint32(at.payloadLength, header.payloadLength, true);
  view.setUint32(at.tagsLength, header.tagsLength, true);
  view.setUint32(at.bodyCheck, bodyCheck, true);
  view.setFloat64(at.version, header.version, true);
  view.setFloat64(at.createdAt, header.createdAt, true);
  view.setFloat64(at.freshUntil, header.freshUntil, true);
  view.setFloat64(at.staleMs, header.staleMs, true);
  view.setFloat64(at.usableMs, header.usableMs, true);
  view.setFloat64(at.cost, header.cost, true);
  view.setFloat64(at.slidingMs, header.slidingMs, true);
  view.setFloat64(at.slidesUntil, header.slidesUntil, true);
  if (header.lease !== undefined) writeLease(view, header.lease);
  sealHeader(view);
}

/**
 * A copy of an entry's bytes with other times or another lease, for tiers that cannot patch in place.
 *
 * @param bytes - as `inspectEntry` takes them; it is not called here.
 */
export function patchEntry(bytes: Uint8Array, patch: EntryPatch): Uint8Array {
  const copy = new Uint8Array(bytes);
  const view = viewOf(copy);
  const { lease, ...times } = patch;
  for (const [field, value] of Object.entries(times)) {
    if (value !== undefined) view.setFloat64(at[field as keyof typeof times], value, true);
  }
  if (lease !== undefined) writeLease(view, lease ?? undefined);
  sealHeader(view);
  return copy;
}

/** The checksum of all header words but its own. Odd factors, so that no change of a single word goes unseen. */
export function headerCheck(view: DataView): number {
  let sum = 0;
  for (let i = 0; i < HEADER_WORDS; i++) {
    if (4 * i !== at.headerCheck) sum = (sum + Math.imul(view.getUint32(4 * i, true), 2 * i + 1)) | 0;
  }
  return sum >>> 0;
}

/** The error that every unreadable entry gives. */
export function corrupt(reason: string, cause?: unknown): CacheError {
  return new CacheError(
    'CORRUPT_ENTRY',
    `not a readable entry: ${reason}`,
    cause === undefined ? undefined : { cause },
  );
}

/** The bytes as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sealHeader(view: DataView): void {
  view.setUint32(at.headerCheck, headerCheck(view), true);
}

function readHeader(view: DataView): EntryHeader {
  const flags = view.getUint8(at.flags);
  return {
    marker: (flags & entryFlags.marker) !== 0,
    negative: (flags & entryFlags.negative) !== 0,
    serializer: view.getUint32(at.serializer, true),
    keyCheck: view.getUint32(at.keyCheck, true),
    tagsLength: view.getUint32(at.tagsLength, true),
    payloadLength: view.getUint32(at.payloadLength, true),
    version: view.getFloat64(at.version, true),
    createdAt: view.getFloat64(at.createdAt, true),
    freshUntil: view.getFloat64(at.freshUntil, true),
    staleMs: view.getFloat64(at.staleMs, true),
    usableMs: view.getFloat64(at.usableMs, true),
    cost: view.getFloat64(at.cost, true),
    slidingMs: view.getFloat64(at.slidingMs, true),
    slidesUntil: view.getFloat64(at.slidesUntil, true),
    lease: readLease(view),
  };
}

function checkLengths(header: EntryHeader, flags: number, length: number): void {
  const expected = ENTRY_HEADER_BYTES + header.tagsLength + header.payloadLength;
  if (length !== expected) throw corrupt(length < expected ? 'truncated' : 'trailing bytes');
  const isTagged = (flags & entryFlags.tagged) !== 0;
  const isEmpty = header.payloadLength === 0;
  const isConsistent =
    (flags & ~KNOWN_FLAGS) === 0 &&
    isTagged === header.tagsLength > 0 &&
    (!header.negative || isEmpty) &&
    (!header.marker || (isEmpty && !header.negative && !isTagged && header.lease !== undefined));
  if (!isConsistent) throw corrupt('flags');
}

/** Nothing that compares with a time may be `NaN`, and no window may have a negative length. */
function hasSaneTimes(header: EntryHeader): boolean {
  return (
    header.version >= 0 &&
    header.version < Infinity &&
    Number.isFinite(header.createdAt) &&
    header.freshUntil > -Infinity &&
    header.staleMs >= 0 &&
    header.usableMs >= header.staleMs &&
    header.cost >= 0 &&
    header.slidingMs >= 0 &&
    header.slidesUntil > -Infinity &&
    (header.lease === undefined || Number.isFinite(header.lease.until))
  );
}
