import type { Serializer } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import type { OddValue } from '@uno-cache/core/testing';
import { serializerSuite } from '@uno-cache/core/testing';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { accepting, compressed, encrypted, json, msgpack, protobuf, v8, validated } from '../src/index.ts';
import { BLANK, User } from './shop-message.ts';

const views = ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float32', 'Float64', 'BigInt64'];
const notInJson = [
  ...['NaN', '-0', 'Infinity', '-Infinity', 'bigint'],
  ...['Date', 'a Date before 1970', 'Map', 'Set', 'a deep mixture'],
  ...[...views, 'BigUint64'].map((element) => `${element}Array`),
  ...['an empty Uint8Array', 'a Uint8Array within a larger buffer', 'Buffer'],
];
const keys = [new Uint8Array(32).fill(7)];
const all = z.unknown();

const kept: readonly [name: string, create: () => Serializer, loses?: readonly string[]][] = [
  ['json()', () => json(), notInJson],
  ['json({ strict: true })', () => json({ strict: true }), notInJson],
  ['msgpack()', () => msgpack()],
  ['v8()', () => v8()],
  ['compressed(taggedJson)', () => compressed(taggedJson, { threshold: 0 })],
  ['compressed(msgpack(), brotli)', () => compressed(msgpack(), { algorithm: 'brotli', threshold: '64b' })],
  ['compressed(v8(), gzip)', () => compressed(v8(), { algorithm: 'gzip', threshold: 0, level: 1 })],
  ['compressed(json(), deflate)', () => compressed(json(), { algorithm: 'deflate' }), notInJson],
  ['encrypted(taggedJson)', () => encrypted(taggedJson, { keys })],
  ['encrypted(compressed(msgpack()))', () => encrypted(compressed(msgpack()), { keys })],
  ['validated(msgpack())', () => validated(msgpack(), all)],
  ['validated(encrypted(compressed(v8())))', () => validated(encrypted(compressed(v8()), { keys }), all)],
  ['accepting(msgpack(), [json(), v8()])', () => accepting(msgpack(), [json(), v8()])],
];

describe.each(kept)('%s', (_, create, loses = []) => serializerSuite({ describe, it }, { create, loses }));

const users: readonly OddValue[] = [
  { name: 'a blank user', make: () => ({ ...BLANK }) },
  {
    name: 'a user',
    make: () => ({
      ...BLANK,
      id: -(2n ** 63n),
      name: 'Ada 🙂',
      roles: [1, 0],
      visits: JSON.parse('{"":1,"__proto__":2}'),
      avatar: new Uint8Array([0, 255]),
      balance: -0,
      active: true,
      points: 2n ** 64n - 1n,
      age: 0,
      phone: '',
      orders: [1, -2, 2n ** 60n],
      ratio: 0.5,
      notes: { '-5': 'x' },
    }),
  },
  { name: 'users within', make: () => ({ ...BLANK, parent: { ...BLANK }, friends: { eve: { ...BLANK, id: 3 } } }) },
];
const messages: readonly [name: string, create: () => Serializer][] = [
  ['protobuf(type)', () => protobuf(User)],
  ['compressed(protobuf(type))', () => compressed(protobuf(User), { threshold: 0 })],
  ['encrypted(protobuf(type))', () => encrypted(protobuf(User), { keys })],
];

describe.each(messages)('%s', (name, create) => {
  serializerSuite({ describe, it }, { create, values: users, isTolerant: name.startsWith('protobuf') });
});
