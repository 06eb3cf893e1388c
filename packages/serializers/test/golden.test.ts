import assert from 'node:assert';
import { expect, it } from 'vitest';
import { goldens } from './golden.ts';
import { KEY } from './round-trip.ts';

it.each(goldens)('$name: bytes that were written once are read', ({ serializer, bytes, make }) => {
  assert.deepStrictEqual(serializer.decode(bytes, KEY), make());
});

it.each(goldens.filter(({ name }) => ['json', 'msgpack', 'protobuf', 'stored'].includes(name)))(
  '$name: the same value gives the same bytes',
  ({ serializer, bytes, make }) => {
    expect(Buffer.from(serializer.encode(make(), KEY)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  },
);
