import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/adapter/index.ts';
import {
  decodeEntry,
  decodeValue,
  ENTRY_HEADER_BYTES,
  encodeEntry,
  encodeMarker,
  encodeValue,
  inspectEntry,
  randomToken,
  taggedJson,
} from '../../src/adapter/index.ts';
import { CacheError } from '../../src/errors.ts';
import type { Serializer } from '../../src/ports/serializer.ts';
import { arbitraryEntry, arbitraryKey, arbitraryLease } from './arbitrary-entry.ts';
import { goldenEntries } from './golden-entries.ts';

const KEY = 'shop::user:42';
const { plain } = goldenEntries;
const entry = plain!.entry!;

/** Keeps any bytes, none too. */
const raw: Serializer = {
  id: 'raw',
  encode: (value) => value as Uint8Array,
  decode: (bytes) => new Uint8Array(bytes),
};

describe('what went in comes out', () => {
  it('for any entry, key and lease', () => {
    fc.assert(
      fc.property(arbitraryKey, arbitraryEntry, fc.option(arbitraryLease, { nil: undefined }), (key, entry, lease) => {
        const bytes = encodeEntry(key, entry, undefined, taggedJson, lease);
        expect(decodeEntry(bytes, key, taggedJson)).toStrictEqual(entry);
        expect(inspectEntry(bytes).lease).toStrictEqual(lease);
      }),
      { numRuns: 1000 },
    );
  });

  it('from a view in the midst of a larger buffer', () => {
    const bytes = encodeEntry(KEY, entry, undefined, taggedJson);
    const page = new Uint8Array(bytes.length + 8).fill(255);
    page.set(bytes, 3);
    expect(decodeEntry(page.subarray(3, 3 + bytes.length), KEY, taggedJson)).toStrictEqual(entry);
    expect(decodeEntry(Buffer.from(bytes), KEY, taggedJson)).toStrictEqual(entry);
  });

  it('with a payload that was serialized before, without asking the serializer again', () => {
    const silent: Serializer = { ...taggedJson, encode: () => expect.unreachable() };
    const bytes = encodeEntry(KEY, entry, encodeValue(taggedJson, entry.value, KEY), silent);
    expect(bytes).toStrictEqual(encodeEntry(KEY, entry, undefined, taggedJson));
  });

  it('without `checkedAt`, and with no tags for an empty list', () => {
    const bytes = encodeEntry(KEY, { ...entry, checkedAt: 99, tags: [] }, undefined, taggedJson);
    expect(decodeEntry(bytes, KEY, taggedJson)).toStrictEqual(entry);
  });

  it('for a serializer that writes no bytes at all', () => {
    const bytes = encodeEntry(KEY, { ...entry, value: new Uint8Array() }, undefined, raw);
    expect(bytes.length).toBe(ENTRY_HEADER_BYTES);
    expect(decodeEntry(bytes, KEY, raw)?.value).toStrictEqual(new Uint8Array());
  });

  it('for a negative entry, which asks no serializer', () => {
    const mute: Serializer = { id: 'mute', encode: () => expect.unreachable(), decode: () => expect.unreachable() };
    const negative: Entry = { ...entry, value: undefined, negative: true };
    const bytes = encodeEntry(KEY, negative, undefined, mute);
    expect(decodeEntry(bytes, KEY, mute)).toStrictEqual(negative);
  });
});

describe('a marker', () => {
  const lease = { token: randomToken(), until: 1_700_000_000_000 };

  it('is no entry, whichever serializer asks, and shows its lease', () => {
    const bytes = encodeMarker(KEY, lease);
    expect(bytes.length).toBe(ENTRY_HEADER_BYTES);
    expect(decodeEntry(bytes, KEY, taggedJson)).toBeUndefined();
    expect(decodeEntry(bytes, KEY, raw)).toBeUndefined();
    expect(inspectEntry(bytes)).toMatchObject({
      marker: true,
      negative: false,
      lease,
      payloadLength: 0,
      tagsLength: 0,
    });
  });

  it('is of one key', () => {
    expectCode('CORRUPT_ENTRY', 'wrong key', () => decodeEntry(encodeMarker(KEY, lease), 'shop::other', taggedJson));
  });
});

it.each(['', 'abc', '0'.repeat(32), 'g'.repeat(32), `${'a'.repeat(32)}b`, 'A'.repeat(32)])(
  'refuses %j for a token',
  (token) => {
    expect(() => encodeMarker(KEY, { token, until: 0 })).toThrow(TypeError);
  },
);

describe('is a miss', () => {
  const bytes = encodeEntry(KEY, entry, undefined, taggedJson);

  it.each([
    ['truncated', new Uint8Array()],
    ['truncated', bytes.subarray(0, 3)],
    ['truncated', bytes.subarray(0, ENTRY_HEADER_BYTES - 1)],
    ['truncated', bytes.subarray(0, bytes.length - 1)],
    ['trailing bytes', Buffer.concat([bytes, Buffer.of(0)])],
    ['foreign bytes', Buffer.from('{"id":42}')],
    ['foreign bytes', Buffer.from('x'.repeat(500))],
    ['foreign bytes', new Uint8Array(500)],
    ['format version 2', patched((copy) => copy.writeUInt8(2, 4))],
    ['header checksum', patched((copy) => copy.writeDoubleLE(Infinity, 48))],
    ['checksum', patched((copy) => copy.writeUInt8(0, copy.length - 1))],
  ])('%s (%#)', (reason, bytes) => {
    expectCode('CORRUPT_ENTRY', reason, () => decodeEntry(bytes, KEY, taggedJson));
  });

  it('under another key', () => {
    expectCode('CORRUPT_ENTRY', 'wrong key', () => decodeEntry(bytes, 'shop::user:43', taggedJson));
  });

  it('for another serializer', () => {
    expectCode('CORRUPT_ENTRY', 'wrong serializer', () => decodeEntry(bytes, KEY, { ...taggedJson, id: 'other' }));
  });

  it('unless that one accepts it', () => {
    const successor: Serializer = { ...taggedJson, id: 'json2', accepts: ['older', taggedJson.id] };
    expect(decodeEntry(bytes, KEY, successor)).toStrictEqual(entry);
    const after = encodeEntry(KEY, entry, undefined, successor);
    expect(decodeEntry(after, KEY, successor)).toStrictEqual(entry);
    expectCode('CORRUPT_ENTRY', 'wrong serializer', () => decodeEntry(after, KEY, taggedJson));
  });

  it('and tells the serializer whose bytes it reads', () => {
    const ids: unknown[] = [];
    const decode: Serializer['decode'] = (payload, key, id) => {
      ids.push(id);
      return taggedJson.decode(payload, key);
    };
    const successor: Serializer = { ...taggedJson, id: 'json2', accepts: ['older', taggedJson.id], decode };
    decodeEntry(bytes, KEY, successor);
    decodeEntry(encodeEntry(KEY, entry, undefined, successor), KEY, successor);
    decodeValue(successor, encodeValue(taggedJson, 1, KEY), KEY);
    expect(ids).toStrictEqual(['json', 'json2', undefined]);
  });

  it.each<Partial<Entry>>([
    { createdAt: Number.NaN },
    { createdAt: Infinity },
    { freshUntil: Number.NaN },
    { freshUntil: -Infinity },
    { staleMs: -1 },
    { staleMs: 2, usableMs: 1 },
    { usableMs: Number.NaN },
    { version: -1 },
    { version: Infinity },
    { version: Number.NaN },
    { cost: Number.NaN },
    { slidingMs: -5 },
    { slidesUntil: Number.NaN },
  ])('with absurd times, though whole: %j', (times) => {
    const absurd = encodeEntry(KEY, { ...entry, ...times }, undefined, taggedJson);
    expectCode('CORRUPT_ENTRY', 'absurd times', () => decodeEntry(absurd, KEY, taggedJson));
  });

  it('when the serializer cannot read it, keeping the cause', () => {
    const cause = new Error('no');
    const picky: Serializer = { ...taggedJson, decode: () => fail(cause) };
    const error = expectCode('SERIALIZATION_FAILED', 'no', () => decodeEntry(bytes, KEY, picky));
    expect(error.cause).toBe(cause);
    const empty: Serializer = { ...taggedJson, decode: () => undefined };
    expectCode('SERIALIZATION_FAILED', 'undefined', () => decodeEntry(bytes, KEY, empty));
  });
});

describe('is not written', () => {
  it('when the serializer throws, keeping the cause', () => {
    const error = expectCode('SERIALIZATION_FAILED', '$.f', () =>
      encodeEntry(KEY, { ...entry, value: { f() {} } }, undefined, taggedJson),
    );
    expect(error.cause).toBeInstanceOf(Error);
    const odd: Serializer = { ...raw, encode: () => fail('text') };
    expectCode('SERIALIZATION_FAILED', '"text"', () => encodeValue(odd, 1, KEY));
    expectCode('SERIALIZATION_FAILED', 'raw', () =>
      decodeValue({ ...raw, decode: () => fail('text') }, new Uint8Array(), KEY),
    );
  });

  it.each([['text'], [undefined], [[1, 2]], [new Uint16Array(2)], [new ArrayBuffer(2)]])(
    'when the serializer gives %j instead of bytes',
    (result) => {
      // A serializer in JavaScript may give anything.
      const odd: Serializer = { ...raw, encode: () => result as unknown as Uint8Array };
      expectCode('SERIALIZATION_FAILED', 'not bytes', () => encodeEntry(KEY, entry, undefined, odd));
    },
  );

  it('when a tag is too long, or there are too many', () => {
    const long = { ...entry, tags: [['é'.repeat(32_768), 'v']] as const };
    expectCode('KEY_TOO_LONG', 'tag', () => encodeEntry(KEY, long, undefined, taggedJson));
    const many = { ...entry, tags: Array.from({ length: 65_536 }, (_, i) => [`${i}`, 'v'] as const) };
    expectCode('VALUE_TOO_LARGE', 'tags', () => encodeEntry(KEY, many, undefined, taggedJson));
  });
});

function patched(patch: (copy: Buffer) => void): Uint8Array {
  const copy = Buffer.from(encodeEntry(KEY, entry, undefined, taggedJson));
  patch(copy);
  return copy;
}

function expectCode(code: CacheError['code'], text: string, run: () => unknown): CacheError {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CacheError);
  expect((error as CacheError).code).toBe(code);
  expect((error as CacheError).message).toContain(text);
  return error as CacheError;
}

function fail(error: unknown): never {
  throw error;
}
