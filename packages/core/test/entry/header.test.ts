import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryHeader } from '../../src/adapter/index.ts';
import {
  crc32,
  decodeEntry,
  ENTRY_HEADER_BYTES,
  encodeEntry,
  encodeMarker,
  entryFlags,
  entryLayout,
  expired,
  fnv1a,
  headerCheck,
  inspectEntry,
  patchEntry,
  taggedJson,
  touched,
} from '../../src/adapter/index.ts';
import { arbitraryEntry, arbitraryKey, arbitraryLease } from './arbitrary-entry.ts';
import { goldenEntries } from './golden-entries.ts';

const { key, entry, lease } = goldenEntries['with a lease']!;

it('stands where the layout says', () => {
  const bytes = encodeEntry(key, { ...entry!, tags: [['t', 'v']] }, Buffer.from('"x"'), taggedJson, lease);
  const view = new DataView(bytes.buffer);
  expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('UNOC');
  expect(view.getUint8(entryLayout.formatVersion)).toBe(1);
  expect(view.getUint8(entryLayout.flags)).toBe(entryFlags.tagged);
  expect(view.getUint16(entryLayout.reserved, true)).toBe(0);
  expect(view.getUint32(entryLayout.serializer, true)).toBe(fnv1a('json'));
  expect(view.getUint32(entryLayout.keyCheck, true)).toBe(crc32(key));
  expect(view.getUint32(entryLayout.payloadLength, true)).toBe(3);
  expect(view.getUint32(entryLayout.tagsLength, true)).toBe(8);
  expect(view.getUint32(entryLayout.bodyCheck, true)).toBe(crc32(bytes.subarray(ENTRY_HEADER_BYTES)));
  for (const field of [
    'version',
    'createdAt',
    'freshUntil',
    'staleMs',
    'usableMs',
    'cost',
    'slidingMs',
    'slidesUntil',
  ] as const) {
    expect(view.getFloat64(entryLayout[field], true)).toBe(entry![field]);
  }
  expect(Buffer.from(bytes.subarray(entryLayout.leaseToken, entryLayout.leaseUntil)).toString('hex')).toBe(
    lease!.token,
  );
  expect(view.getFloat64(entryLayout.leaseUntil, true)).toBe(lease!.until);
  expect(Buffer.from(bytes.subarray(ENTRY_HEADER_BYTES)).toString('latin1')).toBe('\x01\0\x01\0t\x01\0v"x"');
  expect(Object.isFrozen(entryLayout)).toBe(true);
});

it('tells everything but the value', () => {
  const bytes = encodeEntry(key, entry!, Buffer.from('not JSON'), taggedJson, lease);
  const { value: _, tags: __, checkedAt: ___, ...times } = entry!;
  expect(inspectEntry(bytes)).toStrictEqual({
    ...times,
    marker: false,
    lease,
    serializer: fnv1a('json'),
    keyCheck: crc32(key),
    payloadLength: 8,
    tagsLength: 0,
  } satisfies EntryHeader);
});

describe('a patch', () => {
  it('gives the bytes that the patched entry would have', () => {
    fc.assert(
      fc.property(
        arbitraryKey,
        arbitraryEntry,
        arbitraryLease,
        fc.double({ noNaN: true, min: 0, max: 1e15 }),
        (key, entry, lease, time) => {
          const bytes = encodeEntry(key, entry, undefined, taggedJson);
          const after = touched(entry, time, 7);
          const patch = { freshUntil: after.freshUntil, slidesUntil: after.slidesUntil, version: 7 };
          expect(patchEntry(bytes, { ...patch, lease })).toStrictEqual(
            encodeEntry(key, after, undefined, taggedJson, lease),
          );
          expect(patchEntry(patchEntry(bytes, { lease }), { lease: null })).toStrictEqual(bytes);
          expect(patchEntry(bytes, {})).toStrictEqual(bytes);
        },
      ),
    );
  });

  it('leaves the bytes it was given, the value and a lease it does not name', () => {
    const bytes = encodeEntry(key, entry!, undefined, taggedJson, lease);
    const before = Buffer.from(bytes);
    const after = expired({ ...entry!, freshUntil: Infinity }, 1_700_000_000_000, 9)!;
    const patched = patchEntry(bytes, { freshUntil: after.freshUntil, slidingMs: after.slidingMs, version: 9 });
    expect(before.equals(bytes)).toBe(true);
    expect(decodeEntry(patched, key, taggedJson)).toStrictEqual(after);
    expect(inspectEntry(patched).lease).toStrictEqual(lease);
  });

  it('moves the end of a marker', () => {
    const marker = encodeMarker(key, lease!);
    const later = { ...lease!, until: lease!.until + 5000 };
    expect(patchEntry(marker, { lease: later })).toStrictEqual(encodeMarker(key, later));
  });

  it('can be made in place, with the difference added to the checksum', () => {
    // What a script does that has the old word, the new word and the checksum, and nothing else.
    const bytes = encodeEntry(key, entry!, undefined, taggedJson, lease);
    const view = new DataView(bytes.buffer);
    let check = view.getUint32(entryLayout.headerCheck, true);
    for (const [offset, value] of [
      [entryLayout.freshUntil, 12_345.5],
      [entryLayout.version, 77],
    ] as const) {
      const old = [view.getUint32(offset, true), view.getUint32(offset + 4, true)] as const;
      view.setFloat64(offset, value, true);
      for (const half of [0, 1] as const) {
        const difference = view.getUint32(offset + 4 * half, true) - old[half];
        check = (((check + difference * (2 * (offset / 4 + half) + 1)) % 2 ** 32) + 2 ** 32) % 2 ** 32;
      }
    }
    view.setUint32(entryLayout.headerCheck, check, true);
    expect(check).toBe(headerCheck(view));
    expect(decodeEntry(bytes, key, taggedJson)).toMatchObject({ freshUntil: 12_345.5, version: 77 });
  });
});
