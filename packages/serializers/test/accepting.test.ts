import type { Serializer } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import type { Entry } from '@uno-cache/core/adapter';
import { decodeEntry, encodeEntry } from '@uno-cache/core/adapter';
import { describe, expect, it } from 'vitest';
import { accepting, compressed, encrypted, json, msgpack, v8 } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';

const keys = [new Uint8Array(32).fill(1)];
const entry: Entry = {
  value: { id: 1, name: 'Ada' },
  negative: false,
  createdAt: 1,
  freshUntil: 2,
  staleMs: 0,
  usableMs: 0,
  version: 1,
  cost: 0,
  slidingMs: 0,
  slidesUntil: 2,
  tags: undefined,
  checkedAt: 0,
};
const written = (by: Serializer): Uint8Array => encodeEntry(KEY, entry, undefined, by);

const formats: readonly Serializer[] = [
  ...[taggedJson, json(), msgpack(), v8()],
  ...(['zstd', 'brotli', 'gzip', 'deflate'] as const).map((algorithm) =>
    compressed(json(), { algorithm, threshold: 0 }),
  ),
  ...[compressed(msgpack()), encrypted(json(), { keys }), encrypted(compressed(v8()), { keys })],
];

describe('an entry of another serializer', () => {
  it('is corrupt, for each pair of them', () => {
    for (const writer of formats) {
      for (const reader of formats) {
        const read = () => decodeEntry(written(writer), KEY, reader);
        if (writer === reader) expect(read()?.value).toEqual(entry.value);
        else expect(read).toThrow(expect.objectContaining({ code: 'CORRUPT_ENTRY' }));
      }
    }
  });

  it('is read when it is accepted, by the one that wrote it', () => {
    for (const current of formats) {
      const reader = accepting(current, formats);
      expect(reader.id).toBe(current.id);
      for (const writer of formats) expect(decodeEntry(written(writer), KEY, reader)?.value).toEqual(entry.value);
    }
  });
});

it('writes with the first alone', () => {
  const reader = accepting(msgpack(), [json()]);
  expect(Buffer.from(reader.encode(1, KEY)).toString('hex')).toBe('01');
  expect(reader.accepts).toEqual(['plain-json']);
  expect(roundTrip(reader, new Date(0))).toEqual(new Date(0));
});

it('goes through wrappers', () => {
  const inner = accepting(msgpack(), [json(), v8()]);
  const reader = encrypted(compressed(inner, { threshold: 0 }), { keys });
  expect(reader.accepts).toEqual(['aes-256-gcm+zstd+plain-json', 'aes-256-gcm+zstd+v8']);
  for (const old of [json(), v8()]) {
    const before = encrypted(compressed(old, { threshold: 0 }), { keys });
    expect(decodeEntry(written(before), KEY, reader)?.value).toEqual(entry.value);
  }
});

it('goes through itself: what the others accept is accepted', () => {
  const reader = accepting(v8(), [accepting(msgpack(), [json()]), compressed(accepting(msgpack(), [json()]))]);
  expect(reader.accepts).toEqual(['msgpack', 'plain-json', 'zstd+msgpack', 'zstd+plain-json']);
  for (const writer of [json(), msgpack(), compressed(json()), compressed(msgpack())]) {
    expect(decodeEntry(written(writer), KEY, reader)?.value).toEqual(entry.value);
  }
});

it('does not guess', () => {
  const reader = accepting(msgpack(), [json()]);
  expect(() => reader.decode(json().encode({ a: 1 }, KEY), KEY)).toThrow(Error);
  expect(() => reader.decode(json().encode({ a: 1 }, KEY), KEY, 'json')).toThrow(
    'bytes of "json", which is not accepted',
  );
});

it('refuses what is no serializer', () => {
  expect(() => accepting(undefined as unknown as Serializer, [])).toThrow(
    'accepting(): serializer must be a Serializer',
  );
  expect(() => accepting(json(), [{} as Serializer])).toThrow('accepting(): others must be a Serializer');
  expect(() => accepting(json(), msgpack() as unknown as Serializer[])).toThrow('others must be an array');
});
