import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { Serializer } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import { describe, expect, it } from 'vitest';
import type { EncryptedOptions } from '../src/index.ts';
import { accepting, compressed, encrypted, json, msgpack } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';

const [one, two, three] = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
const has = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);

it('names what it wraps', () => {
  expect(encrypted(compressed(taggedJson), { keys: [one] }).id).toBe('aes-256-gcm+zstd+json');
});

it('hides the value, and gives it back', () => {
  const serializer = encrypted(json(), { keys: [one] });
  const bytes = serializer.encode({ secret: 'attack at dawn' }, KEY);
  expect(has(bytes, 'attack')).toBe(false);
  expect(serializer.decode(bytes, KEY)).toEqual({ secret: 'attack at dawn' });
});

it('never writes the same bytes twice', () => {
  const serializer = encrypted(json(), { keys: [one] });
  const all = new Set(Array.from({ length: 1_000 }, () => Buffer.from(serializer.encode('same', KEY)).toString('hex')));
  expect(all.size).toBe(1_000);
});

describe('does not decrypt', () => {
  const serializer = encrypted(json(), { keys: [{ id: 'k1', key: one }] });
  const bytes = serializer.encode('value', 'shop::a');

  it('an entry that was moved to another key', () => {
    expect(serializer.decode(bytes, 'shop::a')).toBe('value');
    expect(() => serializer.decode(bytes, 'shop::b')).toThrow(Error);
    expect(() => serializer.decode(bytes, '')).toThrow(Error);
  });

  it('with another key, by the same id or another', () => {
    expect(() => encrypted(json(), { keys: [{ id: 'k1', key: two }] }).decode(bytes, 'shop::a')).toThrow(Error);
    expect(() => encrypted(json(), { keys: [one] }).decode(bytes, 'shop::a')).toThrow('not among keys');
  });

  it('as what another serializer wrote', () => {
    const both = encrypted(accepting(json(), [msgpack()]), { keys: [{ id: 'k1', key: one }] });
    expect(both.accepts).toEqual(['aes-256-gcm+msgpack']);
    expect(both.decode(bytes, 'shop::a', 'aes-256-gcm+plain-json')).toBe('value');
    expect(() => both.decode(bytes, 'shop::a', 'aes-256-gcm+msgpack')).toThrow(Error);
    const packed = encrypted(msgpack(), { keys: [{ id: 'k1', key: one }] }).encode('packed', 'shop::a');
    expect(both.decode(packed, 'shop::a', 'aes-256-gcm+msgpack')).toBe('packed');
    expect(() => both.decode(packed, 'shop::a')).toThrow(Error);
  });

  it('after any change of any byte', () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1;
      expect(() => serializer.decode(changed, 'shop::a')).toThrow(Error);
    }
  });
});

describe('keys', () => {
  it('rotate: the first encrypts, all decrypt', () => {
    const before = encrypted(json(), { keys: [one] });
    const during = encrypted(json(), { keys: [two, one] });
    const after = encrypted(json(), { keys: [two] });
    expect(during.decode(before.encode(1, KEY), KEY)).toBe(1);
    expect(after.decode(during.encode(2, KEY), KEY)).toBe(2);
    expect(() => after.decode(before.encode(1, KEY), KEY)).toThrow('not among keys');
    expect(() => before.decode(during.encode(1, KEY), KEY)).toThrow('not among keys');
  });

  it('may have names, in a list or a record', () => {
    const list = encrypted(json(), { keys: [{ id: 'new', key: two }, { id: 'old 🙂', key: one }, three] });
    const record = encrypted(json(), { keys: { 'old 🙂': one, new: two } });
    expect(list.decode(record.encode(1, KEY), KEY)).toBe(1);
    expect(record.decode(list.encode(2, KEY), KEY)).toBe(2);
    expect(list.decode(encrypted(json(), { keys: [three] }).encode(3, KEY), KEY)).toBe(3);
    expect(has(record.encode(1, KEY), 'old 🙂')).toBe(true);
    expect(roundTrip(encrypted(json(), { keys: { '1': one } }), 1)).toBe(1);
  });

  it('may be KeyObjects', () => {
    const serializer = encrypted(json(), { keys: [createSecretKey(one)] });
    expect(serializer.decode(encrypted(json(), { keys: [one] }).encode(1, KEY), KEY)).toBe(1);
  });

  it('are copied: who wipes theirs does not change them', () => {
    const mine = new Uint8Array(one);
    const serializer = encrypted(json(), { keys: [mine] });
    mine.fill(0);
    expect(serializer.decode(encrypted(json(), { keys: [one] }).encode(1, KEY), KEY)).toBe(1);
  });

  const password = 'correct horse battery staple 123';
  it.each<[string, unknown]>([
    ['none', undefined],
    ['an empty list', []],
    ['an empty record', {}],
    ['16 bytes', [randomBytes(16)]],
    ['33 bytes', [randomBytes(33)]],
    ['a password', [password]],
    ['a password by a name', [{ id: 'a', key: password }]],
    ['a password instead of a list', password],
    ['a key instead of a list', Buffer.from(password)],
    ['words instead of bytes', [new Uint16Array(32)]],
    ['a short KeyObject', [createSecretKey(Buffer.from(password.slice(0, 16)))]],
    [
      'a second key by the same name',
      [
        { id: 'a', key: one },
        { id: 'a', key: two },
      ],
    ],
    ['the same key twice', [one, one]],
    ['an empty name', [{ id: '', key: one }]],
    ['a long name', [{ id: 'x'.repeat(256), key: one }]],
    ['a name that is none', [{ id: 5, key: one }]],
    ['a record that JavaScript sorts', { '2': one, '1': two }],
    ['null', [null]],
  ])('of wrong kinds are a TypeError without what they hold: %s', (_, keys) => {
    let found: unknown;
    try {
      encrypted(json(), { keys } as EncryptedOptions);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(TypeError);
    expect((found as Error).message).toMatch(/^encrypted\(\): keys/);
    expect((found as Error).message).not.toMatch(/horse|[0-9a-f]{16}/);
  });

  it('cannot be seen in the serializer', () => {
    const seen = inspect(encrypted(json(), { keys: [one] }), { depth: 10, showHidden: true });
    expect(seen).not.toContain(one.toString('hex').slice(0, 8));
  });
});

it('refuses what is no serializer, and options it does not have', () => {
  expect(() => encrypted({} as Serializer, { keys: [one] })).toThrow('encrypted(): inner must be a Serializer');
  expect(() => encrypted(json(), { key: one } as unknown as EncryptedOptions)).toThrow('did you mean "keys"?');
});
