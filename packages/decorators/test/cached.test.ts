import type { Cache } from '@uno-cache/core';
import { createCache, setDefaultCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cached } from '../src/index.ts';

const clock = manualClock();
let cache: Cache<'short'>;

beforeEach(() => {
  cache = createCache({ tiers: [memory()], clock, regions: { short: { ttl: '1s' } } });
});

afterEach(async () => {
  setDefaultCache(undefined);
  await cache.close();
});

test('runs the function once for each list of arguments', async () => {
  const source = vi.fn(async (id: number, name: string) => ({ id, name }));
  const load = cached({ cache, name: 'load' })(source);
  const [first] = await Promise.all([load(1, 'a'), load(1, 'a'), load(1, 'b')]);
  expect(first).toEqual({ id: 1, name: 'a' });
  expect(source).toHaveBeenCalledTimes(2);
  expect(await load(1, 'a')).toEqual({ id: 1, name: 'a' });
  expect(source).toHaveBeenCalledTimes(2);
});

test('a function that answers at once answers with a promise', async () => {
  const double = cached({ cache })(function double(n: number) {
    return n * 2;
  });
  const answer: Promise<number> = double(2);
  expect(answer).toBeInstanceOf(Promise);
  expect(await answer).toBe(4);
});

test('keeps this, the name and the length', async () => {
  const load = cached({ cache })(async function load(this: { by: number }, n: number, _unused: string) {
    return n * this.by;
  });
  expect(load.name).toBe('load');
  expect(load.length).toBe(2);
  expect(await load.call({ by: 3 }, 2, '')).toBe(6);
});

test('the function gets its error to the caller as it was thrown, and is asked again', async () => {
  const failure = new Error('no');
  const load = cached({ cache, key: 'k' })(vi.fn().mockRejectedValueOnce(failure).mockResolvedValueOnce(1));
  await expect(load()).rejects.toBe(failure);
  expect(await load()).toBe(1);
});

test('looks the default cache up when it is called', async () => {
  const load = cached()(async function load() {
    return 1;
  });
  await expect(load()).rejects.toMatchObject({ code: 'NO_DEFAULT_CACHE' });
  setDefaultCache(cache);
  expect(await load()).toBe(1);
  expect(await cache.get(load.key())).toBe(1);
});

test('finds its cache by a function, with the object that is called', async () => {
  const owner = { cache };
  const load = cached({ cache: (self: typeof owner) => self.cache, key: 'k' })(async () => 1);
  expect(await load.call(owner)).toBe(1);
  expect(await cache.get('k')).toBe(1);
  await expect(
    cached({ cache: (() => ({})) as never, key: 'k' })(async function load() {
      return 1;
    })(),
  ).rejects.toThrow('cache must be a Cache');
});

test('goes to the region', async () => {
  const load = cached({ cache, region: 'short', key: 'k' })(async () => 1);
  await load();
  expect(await cache.get('k')).toBeUndefined();
  expect(await cache.region('short').get('k')).toBe(1);
});

test('hands the entry options to the cache', async () => {
  const source = vi.fn(async (n: number) => n);
  const load = cached({ cache, key: 'k:{0}', ttl: (value: number) => value, jitter: 0 })(source);
  await load(10);
  clock.advance(9_000);
  await load(10);
  expect(source).toHaveBeenCalledTimes(1);
  clock.advance(2_000);
  await load(10);
  expect(source).toHaveBeenCalledTimes(2);
});

test('keeps undefined for negativeTtl', async () => {
  const source = vi.fn(async () => undefined);
  const load = cached({ cache, key: 'k', negativeTtl: '1m' })(source);
  expect(await load()).toBeUndefined();
  expect(await load()).toBeUndefined();
  expect(source).toHaveBeenCalledTimes(1);
});

describe('conditions', () => {
  test('when decides by the arguments', async () => {
    const source = vi.fn(async (id: number) => id);
    const load = cached({ cache, key: 'k:{0}', when: ([id]: [number]) => id > 0 })(source);
    await load(0);
    await load(0);
    await load(1);
    await load(1);
    expect(source).toHaveBeenCalledTimes(3);
    expect(await cache.has('k:0')).toBe(false);
  });

  test('unless decides by the value', async () => {
    const source = vi.fn(async (): Promise<number | null> => null);
    const load = cached({ cache, key: 'k', unless: (value: number | null) => value === null })(source);
    await load();
    await load();
    expect(source).toHaveBeenCalledTimes(2);
    source.mockResolvedValue(1);
    await load();
    await load();
    expect(source).toHaveBeenCalledTimes(3);
  });

  test('tags come from templates, or from arguments and value', async () => {
    const get = cached({ cache, key: 'post:{0}', tags: ['posts', 'post-{0}', 'author-{result.author}'] })(
      async (id: number) => ({ id, author: 7 }),
    );
    const other = cached({ cache, key: 'o:{0}', tags: ([id]: [number], value: string) => [`o-${id}`, value] })(
      async (_id: number) => 'v',
    );
    await get(1);
    await other(2);
    expect((await cache.getEntry('post:1'))?.tags).toEqual(['posts', 'post-1', 'author-7']);
    expect((await cache.getEntry('o:2'))?.tags).toEqual(['o-2', 'v']);
    await cache.invalidateTags(['author-7', 'v']);
    expect(await get.peek(1)).toBeUndefined();
    expect(await other.peek(2)).toBeUndefined();
  });
});

describe('the handle', () => {
  test('key, peek, invalidate', async () => {
    const load = cached({ cache, prefix: 'v1' })(async function load(id: number) {
      return { id };
    });
    expect(load.key(1)).toBe('v1:load:1');
    expect(await load.peek(1)).toBeUndefined();
    await load(1);
    expect(await load.peek(1)).toEqual({ id: 1 });
    expect(await load.invalidate(1)).toBe(true);
    expect(await load.invalidate(1)).toBe(false);
  });

  test('refresh loads anew, also within staleWhileRevalidate', async () => {
    let n = 0;
    const load = cached({ cache, key: 'k', ttl: '1s', staleWhileRevalidate: '1m' })(async () => ++n);
    await load();
    clock.advance(2_000);
    expect(await load.refresh()).toBe(2);
    expect(await load()).toBe(2);
  });

  test('an invalidation during a refresh wins', async () => {
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<string>();
    const load = cached({ cache, key: 'k' })(async () => {
      started.resolve();
      return gate.promise;
    });
    const refreshed = load.refresh();
    await started.promise;
    await load.invalidate();
    gate.resolve('old');
    expect(await refreshed).toBe('old');
    expect(await load.peek()).toBeUndefined();
  });
});

describe('refuses', () => {
  test('a function without a name, unless it is told one', () => {
    expect(() => cached({ cache })(async () => 1)).toThrow(/anonymous function .* no name/);
    expect(() => cached({ cache, name: 'one' })(async () => 1)).not.toThrow();
    expect(() => cached({ cache, key: 'one' })(async () => 1)).not.toThrow();
  });

  test('two functions of one name, in one cache', async () => {
    const make = (n: number) =>
      cached({ cache })(async function load() {
        return n;
      });
    const [one, two] = [make(1), make(2)];
    expect(await one()).toBe(1);
    await expect(two()).rejects.toThrow(/Two different functions are cached as "load"/);
    await expect(two.invalidate()).rejects.toThrow(TypeError);
    expect(await one()).toBe(1);
  });

  test('options that there are not', () => {
    expect(() => cached({ tll: 1 } as never)).toThrow(/unknown option "tll" \(did you mean "ttl"\?\)/);
    expect(() => cached({ when: 1 } as never)).toThrow(/when must be a function/);
    expect(() => cached({ key: 1 } as never)(async () => 1)).toThrow(/key must be a template or a function/);
    expect(() => cached({ key: 'k', name: 'n' })(async () => 1)).toThrow(/name is part of derived keys/);
    expect(() => cached({ tags: 'a' } as never)(async function f() {})).toThrow(/tags must be an array/);
    expect(() => cached({ instanceKey: () => 1 })(async function f() {})).toThrow(/instanceKey is for methods/);
  });

  test('what is no function', () => {
    const wrap = cached({ key: 'k' }) as (...args: unknown[]) => unknown;
    expect(() => wrap(1)).toThrow(TypeError);
    expect(() => wrap(class Users {})).toThrow(/not classes/);
    expect(() => wrap(undefined, { kind: 'field', name: 'x', addInitializer() {} })).toThrow(/not a field/);
    expect(() => wrap({}, 'x')).toThrow(/not a property/);
    expect(() => wrap(1, 2, 3)).toThrow(TypeError);
  });

  test('arguments that cannot be keyed, by a rejection', async () => {
    const load = cached({ cache })(async function load(_: unknown) {
      return 1;
    });
    await expect(load({ a: [() => 1] })).rejects.toThrow(
      /cached\(\) load: argument 0\.a\[0\] .* cannot be part of a key/,
    );
    expect(() => load.key(Symbol('s'))).toThrow(TypeError);
  });
});
