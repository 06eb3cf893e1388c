import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { expect, test, vi } from 'vitest';
import { cached, cachePut } from '../src/index.ts';

const cache = createCache({ tiers: [memory()] });

test('always runs, and caches for those who read', async () => {
  const source = vi.fn(async (id: number) => ({ id, name: 'source' }));
  const getUser = cached({ cache, key: 'user:{0}' })(source);
  const createUser = cachePut({ cache, key: 'user:{result.id}', tags: ['users', 'user-{result.id}'] })(
    async (name: string) => ({ id: 7, name }),
  );
  expect(await createUser('Ada')).toEqual({ id: 7, name: 'Ada' });
  expect(await createUser('Eve')).toEqual({ id: 7, name: 'Eve' });
  expect(await getUser(7)).toEqual({ id: 7, name: 'Eve' });
  expect(source).not.toHaveBeenCalled();
  expect((await cache.getEntry('user:7'))?.tags).toEqual(['users', 'user-7']);
});

test('by the name of what reads', async () => {
  const load = cached({ cache })(async function load(_id: number) {
    return 'loaded';
  });
  await cachePut({ cache, name: 'load' })(async (_id: number) => 'put')(1);
  expect(await load(1)).toBe('put');
});

test('leaves out undefined, and what when and unless say', async () => {
  const put = cachePut({
    cache,
    key: 'n:{0}',
    when: ([n]: [number]) => n > 0,
    unless: (value: number | undefined) => value === 1,
  })(async (n: number) => (n === 3 ? undefined : n));
  for (const n of [0, 1, 2, 3]) expect(await put(n)).toBe(n === 3 ? undefined : n);
  expect([...(await cache.getMany(['n:0', 'n:1', 'n:2', 'n:3'])).keys()]).toEqual(['n:2']);
});

test('a function that fails changes nothing', async () => {
  await cache.set('kept', 1);
  const put = cachePut({ cache, key: 'kept' })(async () => {
    throw new Error('no');
  });
  await expect(put()).rejects.toThrow('no');
  expect(await cache.get('kept')).toBe(1);
});

test('needs to know for whom', () => {
  expect(() => cachePut({ cache })).toThrow(/needs the key, or the name/);
});
