import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { expect, expectTypeOf, test, vi } from 'vitest';
import type { CachedManyFunction } from '../src/index.ts';
import { cachedMany } from '../src/index.ts';

const cache = createCache({ tiers: [memory()] });
const load = vi.fn(async (ids: readonly number[]) => new Map(ids.map((id) => [id, `user ${id}`])));

test('the calls of one tick are one load, and one getOrSetMany', async () => {
  load.mockClear();
  const asked = vi.spyOn(cache, 'getOrSetMany');
  const getUser = cachedMany({ cache, key: 'user:{0}', load });
  await getUser(3);
  asked.mockClear();
  const later = Promise.resolve().then(() => getUser(4));
  expect(await Promise.all([getUser(1), getUser(2), getUser(1), getUser(3), later])).toEqual([
    'user 1',
    'user 2',
    'user 1',
    'user 3',
    'user 4',
  ]);
  expect(load.mock.calls.map(([ids]) => ids)).toEqual([[3], [1, 2, 4]]);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(await cache.get('user:2')).toBe('user 2');
  asked.mockRestore();
});

test('a Map, an array or a record; what is not there is undefined', async () => {
  const byArray = cachedMany({
    cache,
    name: 'array',
    load: (ids: readonly number[]) => ids.map((id) => (id > 1 ? id : undefined)),
  });
  const byRecord = cachedMany({ cache, name: 'record', load: (ids: readonly string[]) => ({ [ids[0]!]: 1 }) });
  expect(await Promise.all([byArray(1), byArray(2)])).toEqual([undefined, 2]);
  expect(await Promise.all([byRecord('toString'), byRecord('b')])).toEqual([1, undefined]);
  expect(await byRecord('toString')).toBe(1);
  expectTypeOf(byRecord).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(byArray(1)).resolves.toEqualTypeOf<number | undefined>();
});

test('objects are arguments too', async () => {
  type At = { readonly x: number; readonly y: number };
  const height = cachedMany({ cache, key: 'at:{x}:{y}', load: (at: readonly At[]) => at.map(({ x, y }) => x + y) });
  expect(await Promise.all([height({ x: 1, y: 2 }), height({ y: 2, x: 1 })])).toEqual([3, 3]);
  expect(height.key({ x: 1, y: 2 })).toBe('at:1:2');
});

test('many: hits, in the order asked', async () => {
  const odd = cachedMany({
    cache,
    name: 'odd',
    load: (ids: readonly number[]) => ids.map((id) => (id % 2 ? id : undefined)),
  });
  expect([...(await odd.many([3, 2, 1]))]).toEqual([
    [3, 3],
    [1, 1],
  ]);
  await expect(odd.many('12' as never)).rejects.toThrow(TypeError);
});

test('maxBatch', async () => {
  load.mockClear();
  const getUser = cachedMany({ cache, name: 'batch', load, maxBatch: 2 });
  await getUser.many([1, 2, 3]);
  expect(load.mock.calls.map(([ids]) => ids)).toEqual([[1, 2], [3]]);
});

test('the error of a load goes to all who wait, and nothing is cached', async () => {
  const failure = new Error('no');
  const fails = vi.fn(async (ids: readonly number[]): Promise<readonly number[]> => ids);
  const get = cachedMany({ cache, name: 'fails', load: fails });
  fails.mockRejectedValueOnce(failure);
  expect(await Promise.allSettled([get(1), get(2)])).toEqual(Array(2).fill({ status: 'rejected', reason: failure }));
  fails.mockResolvedValueOnce([1, failure as never]);
  await expect(Promise.all([get(1), get(2)])).rejects.toBe(failure);
  fails.mockResolvedValueOnce([1]);
  await expect(Promise.all([get(1), get(2)])).rejects.toThrow(/an array of 2/);
  expect(await get.many([1, 2])).toEqual(new Map([[1, 1], [2, 2]])); // biome-ignore format: pairs
});

test('a load that waits for its own key is FACTORY_FAILED', async () => {
  const get: CachedManyFunction<number, string> = cachedMany({
    cache,
    name: 'circle',
    load: async (ids: readonly number[]) => [String(await get(ids[0]!))],
  });
  await expect(get(1)).rejects.toMatchObject({ code: 'FACTORY_FAILED' });
});

test('carries its handle', async () => {
  let n = 0;
  const next = cachedMany({ cache, name: 'next', prefix: 'v1', load: (ids: readonly number[]) => ids.map(() => ++n) });
  expect([await next.peek(0), await next(0), await next.refresh(0), await next.peek(0)]).toEqual([undefined, 1, 2, 2]);
  expect([next.key(0), await next.invalidate(0), await next.invalidate(0)]).toEqual(['v1:next:0', true, false]);
  expect(next.name).toBe('next');
});

test('refuses what it cannot do', async () => {
  expect(() => cachedMany({ cache, load })).toThrow(/needs a key or a name/);
  expect(() => cachedMany({ cache, name: 'x' } as never)).toThrow(/load must be a function/);
  expect(() => cachedMany({ cache, name: 'x', load, maxBatch: 0 })).toThrow(/maxBatch/);
  expect(() => cachedMany({ cache, name: 'x', load, size: 1 } as never)).toThrow(/unknown option "size"/);
  const wrong = cachedMany({ cache, name: 'wrong', load: (async () => 1) as never });
  await expect(wrong(1)).rejects.toThrow(/returns a Map/);
});
