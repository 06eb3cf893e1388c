import type { Serializer } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accepting, compressed, encrypted, json, msgpack, protobuf, v8, validated } from '../src/index.ts';
import { BLANK, User } from './shop-message.ts';

const keys = [new Uint8Array(32).fill(1)];
const failed = expect.objectContaining({ code: 'SERIALIZATION_FAILED' });

describe('a value that cannot be kept is refused before anything is stored', () => {
  it.each<[string, Serializer, unknown]>([
    ['json', json(), { total: 5n }],
    ['msgpack', msgpack(), { save: () => {} }],
    ['v8', v8(), [Symbol('s')]],
    ['protobuf', protobuf(User), { name: 5 }],
    ['compressed', compressed(json(), { maxSize: '1kb' }), 'x'.repeat(2_000)],
    ['encrypted', encrypted(json(), { keys }), new Map()],
    ['validated', validated(json(), z.string()), 5],
  ])('%s', async (_, serializer, value) => {
    const near = memory({ name: 'near' });
    await using cache = createCache({ tiers: [near, memory({ name: 'bytes', serializer })] });
    const whole = serializer.id.startsWith('protobuf') ? { ...BLANK } : 'whole';
    await cache.set('k', whole);
    await expect(cache.set('k', value)).rejects.toEqual(failed);
    expect(() => cache.sync.set('k', value)).toThrow(failed);
    expect(await cache.get('other')).toBeUndefined();
    await expect(cache.set('other', value)).rejects.toEqual(failed);
    expect(await cache.has('other')).toBe(false);
  });
});

it('a region has a serializer of its own', async () => {
  await using cache = createCache({
    tiers: [memory({ serializer: json() })],
    regions: { exact: { serializer: compressed(msgpack()) } },
  });
  const value = { at: new Date(0) };
  await cache.set('k', value);
  await cache.region('exact').set('k', value);
  expect(await cache.get('k')).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  expect(await cache.region('exact').get('k')).toEqual(value);
});

describe('two releases over one store', () => {
  async function successor(before: Serializer, after: Serializer, value: unknown): Promise<[unknown, unknown[]]> {
    const store = memory({ serializer: v8() });
    await using old = createCache({ name: 'shop', tiers: [store], serializer: before });
    await using next = createCache({ name: 'shop', tiers: [store], serializer: after });
    const errors: unknown[] = [];
    next.on('error', (event) => errors.push(event));
    await old.set('k', value);
    return [await next.get('k'), errors];
  }

  it('see a miss of what the other wrote', async () => {
    const [found, errors] = await successor(json(), msgpack(), { a: 1 });
    expect(found).toBeUndefined();
    expect(errors[0]).toMatchObject({ error: { code: 'CORRUPT_ENTRY' } });
  });

  it('or read it, when they are told to', async () => {
    expect(await successor(json(), accepting(msgpack(), [json()]), { a: 1 })).toEqual([{ a: 1 }, []]);
  });

  it('heal what has another shape', async () => {
    const user = z.object({ name: z.string(), age: z.number() });
    const [found, errors] = await successor(json(), validated(json(), user), { name: 'Ada' });
    expect(found).toBeUndefined();
    expect(errors[0]).toMatchObject({ error: { code: 'CORRUPT_ENTRY' } });
    expect(await successor(json(), validated(json(), user), { name: 'Ada', age: 36 })).toEqual([
      { name: 'Ada', age: 36 },
      [],
    ]);
  });

  it('rotate keys', async () => {
    const next = [new Uint8Array(32).fill(2), ...keys];
    const [found] = await successor(encrypted(v8(), { keys }), encrypted(v8(), { keys: next }), new Set([1]));
    expect(found).toEqual(new Set([1]));
  });
});

it('a value that no longer fits is loaded anew', async () => {
  const store = memory({ serializer: v8() });
  await using old = createCache({ name: 'shop', tiers: [store], serializer: json() });
  await using next = createCache({
    name: 'shop',
    tiers: [store],
    serializer: validated(json(), z.object({ age: z.number() })),
  });
  await old.set('k', { name: 'Ada' });
  expect(await next.getOrSet('k', () => ({ age: 36 }))).toEqual({ age: 36 });
  expect(await next.get('k')).toEqual({ age: 36 });
});
