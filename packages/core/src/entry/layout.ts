/**
 * Where the fields of an entry's bytes stand: format version 1, little-endian, offsets in bytes. Part of the format, so
 * it never changes within a version; `docs/reference/entry-format.md` describes it for other languages.
 *
 * What stands from `version` to `tags` may be patched in place (a touch, an expire, a lease), if the header checksum is
 * made anew. Everything else belongs to one value for as long as it is stored.
 */
export const entryLayout: EntryLayout = Object.freeze({
  magic: 0,
  formatVersion: 4,
  flags: 5,
  reserved: 6,
  serializer: 8,
  keyCheck: 12,
  payloadLength: 16,
  tagsLength: 20,
  bodyCheck: 24,
  headerCheck: 28,
  version: 32,
  createdAt: 40,
  freshUntil: 48,
  staleMs: 56,
  usableMs: 64,
  cost: 72,
  slidingMs: 80,
  slidesUntil: 88,
  leaseToken: 96,
  leaseUntil: 112,
  tags: 120,
});

/** Offsets in bytes; each field's type and meaning. */
export interface EntryLayout {
  /** The four bytes `UNOC`. */
  readonly magic: number;
  /** u8: 1. */
  readonly formatVersion: number;
  /** u8: a sum of `entryFlags`. */
  readonly flags: number;
  /** u16: 0. */
  readonly reserved: number;
  /** u32: FNV-1a of the serializer's id; 0 in a marker. */
  readonly serializer: number;
  /** u32: CRC-32 of the physical key's UTF-8. */
  readonly keyCheck: number;
  /** u32: bytes of the payload. */
  readonly payloadLength: number;
  /** u32: bytes of the tags section. */
  readonly tagsLength: number;
  /** u32: CRC-32 of the tags section and the payload. */
  readonly bodyCheck: number;
  /** u32: the sum of all other header words, the word at offset 4i times 2i + 1, modulo 2^32. */
  readonly headerCheck: number;
  /** f64: `Entry.version`. */
  readonly version: number;
  /** f64: epoch milliseconds. */
  readonly createdAt: number;
  /** f64: epoch milliseconds or `Infinity`. */
  readonly freshUntil: number;
  /** f64: milliseconds. */
  readonly staleMs: number;
  /** f64: milliseconds. */
  readonly usableMs: number;
  /** f64: milliseconds. */
  readonly cost: number;
  /** f64: milliseconds; 0 when the entry does not slide. */
  readonly slidingMs: number;
  /** f64: epoch milliseconds or `Infinity`. */
  readonly slidesUntil: number;
  /** 16 bytes: the token of the standing lease; all zero when there is none. */
  readonly leaseToken: number;
  /** f64: end of the lease, epoch milliseconds; 0 when there is none. */
  readonly leaseUntil: number;
  /** The tags section, then the payload: also the length of the header. */
  readonly tags: number;
}

/** The bits of the `flags` byte. */
export const entryFlags: EntryFlags = Object.freeze({ negative: 1, marker: 2, tagged: 4 });

export interface EntryFlags {
  /** The source had nothing: no payload. */
  readonly negative: number;
  /** No entry at all, only a lease: no tags and no payload. */
  readonly marker: number;
  /** The tags section is not empty. */
  readonly tagged: number;
}

/** `UNOC` as a little-endian word. */
export const ENTRY_MAGIC = 0x434f4e55;

/** The format version that is written, and the only one that is read. */
export const ENTRY_FORMAT_VERSION = 1;

/** Bytes of the header: the least that an entry takes. */
export const ENTRY_HEADER_BYTES: number = entryLayout.tags;
