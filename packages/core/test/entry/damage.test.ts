import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEntry,
  ENTRY_HEADER_BYTES,
  encodeEntry,
  entryLayout,
  inspectEntry,
  patchEntry,
  taggedJson,
} from '../../src/adapter/index.ts';
import { CacheError } from '../../src/errors.ts';
import { arbitraryEntry, arbitraryKey } from './arbitrary-entry.ts';
import golden from './golden/v1.json' with { type: 'json' };
import { goldenEntries } from './golden-entries.ts';

const cases = Object.entries(goldenEntries).map(([name, { key }]) => {
  return [name, key, Buffer.from(golden[name as keyof typeof golden].join(''), 'hex')] as const;
});

describe.each(cases)('damage to the golden bytes is seen: %s', (_, key, bytes) => {
  it('a flip of any bit', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const copy = Buffer.from(bytes);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      expectCorrupt(copy, key);
    }
  });

  it('a cut at any place, and any addition', () => {
    for (let length = 0; length < bytes.length; length++) expectCorrupt(bytes.subarray(0, length), key);
    for (let length = 1; length < 20; length++) expectCorrupt(Buffer.concat([bytes, Buffer.alloc(length)]), key);
  });

  it('a run of bytes zeroed, or a word moved', () => {
    for (let start = 0; start < bytes.length; start += 4) {
      const zeroed = Buffer.from(bytes).fill(0, start);
      if (!zeroed.equals(bytes)) expectCorrupt(zeroed, key);
      for (let other = 0; other < start; other += 4) {
        const moved = Buffer.from(bytes);
        bytes.copy(moved, other, start, start + 4);
        bytes.copy(moved, start, other, other + 4);
        if (!moved.equals(bytes)) expectCorrupt(moved, key);
      }
    }
  });
});

it('never takes the half of one entry and the half of another for an entry', () => {
  for (const [, key, bytes] of cases) {
    for (const [, , other] of cases) {
      for (const [start, end] of [
        [entryLayout.version, ENTRY_HEADER_BYTES],
        [entryLayout.leaseToken, ENTRY_HEADER_BYTES],
        [0, 32],
      ]) {
        const mixed = Buffer.from(bytes);
        other.copy(mixed, start!, start!, end!);
        if (!mixed.equals(bytes) && !mixed.equals(other)) expectCorrupt(mixed, key);
      }
    }
  }
});

it('survives any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => expectCorrupt(noise, 'k')),
    { numRuns: 2000 },
  );
});

it('survives any bytes behind a header that is right', () => {
  const field = fc.constantFrom(5, 6, 8, 12, 16, 17, 18, 19, 20, 21, 22, 23, 24, 120, 121, 122, 123, 130);
  const edits = fc.array(fc.tuple(field, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(arbitraryKey, arbitraryEntry, edits, (key, entry, edits) => {
      const bytes = encodeEntry(key, entry, undefined, taggedJson);
      const copy = new Uint8Array(bytes);
      for (const [offset, byte] of edits) if (offset < copy.length) copy[offset] = byte;
      const sealed = patchEntry(copy, {});
      if (Buffer.compare(sealed, bytes) !== 0) expectMiss(sealed, key);
    }),
    { numRuns: 2000 },
  );
});

it('allocates nothing by what damaged lengths say', () => {
  const bytes = Buffer.from(cases[0]![2]);
  bytes.writeUInt32LE(0xffffffff, entryLayout.payloadLength);
  bytes.writeUInt32LE(0xfffffff0, entryLayout.tagsLength);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) expectCorrupt(patchEntry(bytes, {}), cases[0]![1]);
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
});

/** A header that was forged well may leave it to the serializer to see that there is no value. */
function expectMiss(bytes: Uint8Array, key: string): void {
  try {
    decodeEntry(bytes, key, taggedJson);
  } catch (error) {
    if (CacheError.is(error, 'SERIALIZATION_FAILED')) return;
  }
  expectCorrupt(bytes, key);
}

function expectCorrupt(bytes: Uint8Array, key: string): void {
  let result: unknown;
  try {
    inspectEntry(bytes);
    result = decodeEntry(bytes, key, taggedJson);
  } catch (error) {
    result = error;
  }
  // Compared by hand: these run by the ten thousand.
  if (!CacheError.is(result, 'CORRUPT_ENTRY')) expect(result).toMatchObject({ code: 'CORRUPT_ENTRY' });
}
