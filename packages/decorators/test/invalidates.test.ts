import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { beforeEach, expect, test, vi } from 'vitest';
import { invalidates } from '../src/index.ts';

let cache = createCache({ tiers: [memory()] });

beforeEach(async () => {
  await cache.close();
  cache = createCache({ tiers: [memory()] });
  await cache.set('user:1', 'a', { tags: ['users'] });
  await cache.set('user:2', 'b', { tags: ['users'] });
  await cache.set('page:*', 'c');
  await cache.set('page:x', 'd');
});

const left = async (): Promise<string[]> => [...(await cache.getMany(['user:1', 'user:2', 'page:*', 'page:x'])).keys()];

test('keys, by templates of arguments and result', async () => {
  const update = invalidates({ cache, keys: ['user:{0}', 'user:{result.next}'] })(async (_id: number) => ({ next: 2 }));
  expect(await update(1)).toEqual({ next: 2 });
  expect(await left()).toEqual(['page:*', 'page:x']);
});

test('keys, by a function', async () => {
  const update = invalidates({ cache, keys: ([id]: [number], value: string) => [`user:${id}`, value] })(
    async (_id: number) => 'page:x',
  );
  await update(1);
  expect(await left()).toEqual(['user:2', 'page:*']);
});

test('tags and patterns; what fills a pattern stands for itself', async () => {
  await invalidates({ cache, tags: ['users'] })(async () => 1)();
  expect(await left()).toEqual(['page:*', 'page:x']);
  await invalidates({ cache, patterns: ['page:{0}'] })(async (_: string) => 1)('*');
  expect(await left()).toEqual(['page:x']);
  await invalidates({ cache, patterns: () => 'page:*' })(async () => 1)();
  expect(await left()).toEqual([]);
});

test('events: the first argument, or a payload of their own', async () => {
  const emit = vi.fn(async () => undefined);
  const user = { id: 1 };
  await invalidates({ emitter: { emit }, events: ['user.updated'] })(async (_: object) => 1)(user);
  await invalidates({
    emitter: { emit },
    events: { 'user.created': ([name]: [string], value: { id: number }) => ({ name, ...value }) },
  })(async (_: string) => user)('Ada');
  expect(emit.mock.calls).toEqual([
    ['user.updated', user],
    ['user.created', { name: 'Ada', id: 1 }],
  ]);
  const wrong = invalidates({ emitter: { emit }, events: ['x'] })(async (_: number) => 1);
  await expect(wrong(1)).rejects.toThrow(/events must be a record of payload functions/);
});

test('not before the function has succeeded, and not if it fails', async () => {
  const failure = new Error('no');
  const update = invalidates({ cache, tags: ['users'] })(async (fails: boolean) => {
    expect(await left()).toHaveLength(4);
    if (fails) throw failure;
  });
  await expect(update(true)).rejects.toBe(failure);
  expect(await left()).toHaveLength(4);
  await update(false);
  expect(await left()).toHaveLength(2);
});

test('when decides by arguments and value', async () => {
  const update = invalidates({ cache, keys: ['user:1'], when: (_: readonly unknown[], value: boolean) => value })(
    async (changed: boolean) => changed,
  );
  await update(false);
  expect(await left()).toHaveLength(4);
  await update(true);
  expect(await left()).toHaveLength(3);
});

test('a failure reaches the caller when everything has been tried', async () => {
  const failure = new Error('emitter');
  const emit = (): never => {
    throw failure;
  };
  const update = invalidates({ cache, keys: ['user:1'], events: { e: () => ({}) }, emitter: { emit } })(async () => 1);
  await expect(update()).rejects.toBe(failure);
  expect(await left()).toHaveLength(3);
});

test('keeps this, the name and the length', async () => {
  const rename = invalidates({ cache, keys: ['user:{this.id}'] })(async function rename(
    this: { id: number },
    _: string,
  ) {
    return this.id;
  });
  expect([rename.name, rename.length, await rename.call({ id: 2 }, 'x')]).toEqual(['rename', 1, 2]);
  expect(await left()).not.toContain('user:2');
});

test('refuses what it cannot do', () => {
  expect(() => invalidates({})).toThrow(/at least one of/);
  expect(() => invalidates({ key: 'x' } as never)).toThrow(/unknown option "key" \(did you mean "keys"/);
  expect(() => invalidates({ events: ['x'] })).toThrow(/emitter must be/);
  expect(() => invalidates({ keys: 'user:1' } as never)(async () => 1)).toThrow(/keys must be an array/);
  expect(() => invalidates({ events: [1], emitter: { emit() {} } } as never)(async () => 1)).toThrow(/array of names/);
});
