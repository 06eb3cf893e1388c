import assert from 'node:assert';
import protobufjs from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { ProtobufType } from '../src/index.ts';
import { protobuf } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';
import { BLANK, shop, User } from './shop-message.ts';

const users = protobuf(User);

it('has the full name of the type in its id', () => {
  expect(users.id).toBe('protobuf:shop.User');
});

describe('comes back', () => {
  it.each<[string, object, object]>([
    ['what was left out: as its default', {}, {}],
    ['null and undefined: as left out', { name: null, id: undefined, parent: null }, {}],
    ['a zero of a field with presence: as it was', { age: 0, mail: '' }, { age: 0, mail: '' }],
    [
      'integers of 64 bits: as numbers where these are exact',
      { id: 5n, points: 2n ** 53n - 1n },
      { id: 5, points: 2 ** 53 - 1 },
    ],
    [
      'beyond that: as bigints',
      { id: -(2n ** 63n), orders: [1, 2n ** 62n] },
      { id: -(2n ** 63n), orders: [1, 2n ** 62n] },
    ],
    ['Long: as these', { id: protobufjs.util.LongBits.from(-7).toLong(false) }, { id: -7 }],
    ['bytes: as Uint8Array', { avatar: Buffer.from([1, 2]) }, { avatar: new Uint8Array([1, 2]) }],
    ['enums: as numbers', { roles: [0, 1, 9] }, { roles: [0, 1, 9] }],
    ['floats of 32 bits: rounded', { ratio: 0.1 }, { ratio: Math.fround(0.1) }],
    ['odd numbers', { balance: Number.NaN, ratio: -Infinity }, { balance: Number.NaN, ratio: -Infinity }],
    [
      'odd names in maps',
      { visits: JSON.parse('{"__proto__":1,"":2}') },
      { visits: JSON.parse('{"__proto__":1,"":2}') },
    ],
  ])('%s', (_, value, expected) => {
    assert.deepStrictEqual(roundTrip(users, value), { ...BLANK, ...expected });
  });

  it('a message as a plain object', () => {
    const found = roundTrip(users, User.create({ name: 'Ada' }));
    assert.deepStrictEqual(found, { ...BLANK, name: 'Ada' });
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  it('bytes with memory of their own', () => {
    const bytes = users.encode({ avatar: new Uint8Array([7, 7]) }, KEY);
    const found = users.decode(bytes, KEY) as { avatar: Uint8Array };
    bytes.fill(0);
    expect([...found.avatar]).toEqual([7, 7]);
    expect(found.avatar.buffer.byteLength).toBe(2);
  });
});

describe('refuses', () => {
  const cyclic: { parent?: unknown } = {};
  cyclic.parent = cyclic;
  it.each<[unknown, string]>([
    [5, '$ is 5, and no shop.User'],
    [null, 'no shop.User'],
    [[], 'no shop.User'],
    [undefined, 'no shop.User'],
    [new Map([['name', 'Ada']]), '$ is an instance of Map, and no message'],
    [{ name: 5 }, 'no shop.User: name: string expected'],
    [{ id: 1.5 }, 'id: integer|Long expected'],
    [{ active: 0 }, 'active: boolean expected'],
    [{ roles: ['EDITOR'] }, 'enum value'],
    [{ parent: { name: 5 } }, 'parent.name: string expected'],
    [{ mail: 'a', phone: 'b' }, 'contact: multiple values'],
    [{ nick: 'A' }, '$.nick is no field of the message'],
    [{ friends: { eve: { parent: { nick: 'A' } } } }, '$.friends.eve.parent.nick is no field'],
    [{ parent: new Date(0) }, '$.parent is an instance of Date'],
    [{ age: 2 ** 40 }, '$.age is 1099511627776, which would be kept as 0'],
    [{ points: -1 }, '$.points is -1, which would be kept as'],
    [{ points: -1n }, '$.points is -1n'],
    [{ id: 2n ** 64n }, 'does not fit into 64 bits'],
    [{ avatar: 'abcd' }, '$.avatar is "abcd", and no Uint8Array'],
    [{ parent: { avatar: [1, 300] } }, '$.parent.avatar is'],
    [{ name: () => 1 }, 'string expected'],
    [cyclic, ''],
  ])('%#', (value, message) => {
    expect(() => users.encode(value, KEY)).toThrow(message);
  });
});

it('reads what an older and a newer release wrote', () => {
  const { root } = protobufjs.parse(
    'syntax = "proto3"; package shop; message User { string name = 2; string motto = 90; }',
  );
  const newer = protobuf(root.lookupType('shop.User'));
  expect(newer.id).toBe(users.id);
  assert.deepStrictEqual(newer.decode(users.encode({ name: 'Ada', id: 5 }, KEY), KEY), { name: 'Ada', motto: '' });
  assert.deepStrictEqual(users.decode(newer.encode({ name: 'Ada', motto: 'on' }, KEY), KEY), { ...BLANK, name: 'Ada' });
});

it('takes classes that were generated, which know less of themselves', () => {
  const generated: ProtobufType = {
    verify: (value) => User.verify(value),
    fromObject: (value) => User.fromObject(value),
    toObject: (message, options) => User.toObject(message, options),
    encode: (message) => User.encode(message),
    decode: (bytes) => User.decode(bytes),
    getTypeUrl: (prefix) => User.getTypeUrl(prefix),
  };
  assert.deepStrictEqual(roundTrip(protobuf(generated), { name: 'Ada' }), { ...BLANK, name: 'Ada' });
});

it('leaves depth and lengths that are not there to an error', () => {
  for (const bytes of [Buffer.alloc(100_000, 0x3a), Buffer.alloc(100_000, 0x0b), Buffer.from('2affffffff7f', 'hex')]) {
    expect(() => users.decode(bytes, KEY)).toThrow(Error);
  }
});

it.each<[unknown, string]>([
  [undefined, 'a message type of protobufjs, loaded or generated'],
  ['shop.User', 'a message type of protobufjs'],
  [{}, 'a message type of protobufjs'],
  [shop.lookupEnum('shop.Role'), 'a message type of protobufjs'],
  [shop, 'a message type of protobufjs'],
  [protobufjs.parse('syntax = "proto3"; message A { B b = 1; }').root.lookupType('A'), 'cannot be used'],
])('is a TypeError for what is no type: %#', (type, message) => {
  const create = () => protobuf(type as ProtobufType);
  expect(create).toThrow(TypeError);
  expect(create).toThrow(message);
});
