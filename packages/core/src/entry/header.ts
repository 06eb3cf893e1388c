import { CacheError } from '../errors.ts';
import { entryLayout as at, ENTRY_FORMAT_VERSION, ENTRY_HEADER_BYTES, ENTRY_MAGIC, entryFlags } from './layout.ts';
import type { StandingLease } from './standing-lease.ts';
import { hasLease, readLease, writeLease } from './standing-lease.ts';

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
  return readHeader(checkedView(bytes));
}

/**
 * The same checks, for who reads only some fields, by `entryLayout`: a header of its own would cost as much as they do.
 *
 * @throws CacheError `CORRUPT_ENTRY`.
 */
export function checkedView(bytes: Uint8Array): DataView {
  const view = viewOf(bytes);
  if (bytes.length >= 4 && view.getUint32(at.magic, true) !== ENTRY_MAGIC) throw corrupt('foreign bytes');
  if (bytes.length < ENTRY_HEADER_BYTES) throw corrupt('truncated');
  const format = view.getUint8(at.formatVersion);
  if (format !== ENTRY_FORMAT_VERSION) throw corrupt(`format version ${format}`);
  if (view.getUint32(at.headerCheck, true) !== headerCheck(view)) throw corrupt('header checksum');
  checkLengths(view);
  if (view.getUint16(at.reserved, true) !== 0) throw corrupt('reserved bytes');
  if (!hasSaneTimes(view)) throw corrupt('absurd times');
  return view;
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

function checkLengths(view: DataView): void {
  const tagsLength = view.getUint32(at.tagsLength, true);
  const payloadLength = view.getUint32(at.payloadLength, true);
  const expected = ENTRY_HEADER_BYTES + tagsLength + payloadLength;
  if (view.byteLength !== expected) throw corrupt(view.byteLength < expected ? 'truncated' : 'trailing bytes');
  const flags = view.getUint8(at.flags);
  const isNegative = (flags & entryFlags.negative) !== 0;
  const isMarker = (flags & entryFlags.marker) !== 0;
  const isTagged = (flags & entryFlags.tagged) !== 0;
  const isEmpty = payloadLength === 0;
  const isConsistent =
    (flags & ~KNOWN_FLAGS) === 0 &&
    isTagged === tagsLength > 0 &&
    (!isNegative || isEmpty) &&
    (!isMarker || (isEmpty && !isNegative && !isTagged && hasLease(view)));
  if (!isConsistent) throw corrupt('flags');
}

/** Nothing that compares with a time may be `NaN`, and no window may have a negative length. */
function hasSaneTimes(view: DataView): boolean {
  const version = view.getFloat64(at.version, true);
  const staleMs = view.getFloat64(at.staleMs, true);
  return (
    version >= 0 &&
    version < Infinity &&
    Number.isFinite(view.getFloat64(at.createdAt, true)) &&
    view.getFloat64(at.freshUntil, true) > -Infinity &&
    staleMs >= 0 &&
    view.getFloat64(at.usableMs, true) >= staleMs &&
    view.getFloat64(at.cost, true) >= 0 &&
    view.getFloat64(at.slidingMs, true) >= 0 &&
    view.getFloat64(at.slidesUntil, true) > -Infinity &&
    (!hasLease(view) || Number.isFinite(view.getFloat64(at.leaseUntil, true)))
  );
}
