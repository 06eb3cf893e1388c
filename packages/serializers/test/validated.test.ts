import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { StandardSchema } from '../src/index.ts';
import { accepting, compressed, json, msgpack, validated } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';

const schemas: readonly [name: string, schema: StandardSchema][] = [
  ['zod', z.object({ name: z.string(), age: z.number().int() })],
  ['valibot', v.object({ name: v.string(), age: v.pipe(v.number(), v.integer()) })],
  ['arktype', type({ name: 'string', age: 'number.integer' })],
];

describe.each(schemas)('%s', (_, schema) => {
  const serializer = validated(json(), schema);

  it('lets through what fits', () => {
    expect(roundTrip(serializer, { name: 'Ada', age: 36 })).toEqual({ name: 'Ada', age: 36 });
  });

  it('refuses what does not, naming the place', () => {
    expect(() => serializer.encode({ name: 'Ada', age: '36' }, KEY)).toThrow(/does not fit the schema: \$\.age: /);
    expect(() => serializer.encode(null, KEY)).toThrow('does not fit');
  });

  it('does not give out what no longer fits', () => {
    const bytes = json().encode({ name: 'Ada' }, KEY);
    expect(() => serializer.decode(bytes, KEY)).toThrow(/\$\.age/);
  });
});

it('keeps the value as it was set, and gives what the schema makes of it', () => {
  const trimmed = z.object({ name: z.string().trim(), roles: z.array(z.string()).default([]) });
  const serializer = validated(json(), trimmed);
  const bytes = serializer.encode({ name: ' Ada ', extra: 1 }, KEY);
  expect(json().decode(bytes, KEY)).toEqual({ name: ' Ada ', extra: 1 });
  expect(serializer.decode(bytes, KEY)).toEqual({ name: 'Ada', roles: [] });
});

it('has the bytes, and so the ids, of what it wraps', () => {
  const inner = accepting(compressed(json()), [msgpack()]);
  const serializer = validated(inner, z.unknown());
  expect(serializer.id).toBe('zstd+plain-json');
  expect(serializer.accepts).toEqual(['msgpack']);
  expect(serializer.decode(msgpack().encode(5n, KEY), KEY, 'msgpack')).toBe(5n);
  expect(validated(json(), z.unknown()).accepts).toBeUndefined();
});

describe('cannot wait for an asynchronous schema', () => {
  it('of zod', () => {
    const serializer = validated(
      json(),
      z.string().refine(async () => true),
    );
    expect(() => serializer.encode('x', KEY)).toThrow(TypeError);
    expect(() => serializer.decode(json().encode('x', KEY), KEY)).toThrow('a serializer cannot wait');
  });

  it('whose failure is nobody else to hear of', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const validate = async (): Promise<never> => Promise.reject(new Error('late'));
    const serializer = validated(json(), { '~standard': { version: 1, vendor: 'test', validate } });
    expect(() => serializer.encode('x', KEY)).toThrow(TypeError);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

it('tells of the first issues, and how many there are', () => {
  const serializer = validated(json(), z.array(z.string()));
  expect(() => serializer.encode([1, 2, 3, 4, 5], KEY)).toThrow(/\$\[0\]: .*\$\[1\]: .*\$\[2\]: .*; and 2 more$/);
});

it('refuses what is no schema', () => {
  for (const schema of [
    undefined,
    null,
    {},
    () => true,
    'string',
    { '~standard': { version: 2, validate: () => ({}) } },
  ]) {
    expect(() => validated(json(), schema as StandardSchema)).toThrow(TypeError);
    expect(() => validated(json(), schema as StandardSchema)).toThrow('validated(): schema must be a Standard Schema');
  }
});
