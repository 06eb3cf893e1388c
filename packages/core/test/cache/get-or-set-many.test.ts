import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, held, twoTiers } from './setting.ts';

describe('getOrSetMany', () => {
  it('loads more keys than may be under way at once by and by, and stores them all', { timeout: 60_000 }, async () => {
    const { cache } = aCache();
    const keys = Array.from({ length: 50_010 }, (_, index) => String(index));
    const asked: number[] = [];
    const loader = (missing: readonly string[]) => {
      asked.push(missing.length);
      return new Map(missing.map((key) => [key, 1]));
    };
    assert.equal((await cache.getOrSetMany(keys, loader)).size, keys.length);
    assert.equal((await cache.getMany(keys)).size, keys.length);
    assert.deepEqual(asked, [50_000, 10]);
    assert.equal(cache.stats().fenced, 0);
  });

  it('asks the loader once for all that is missing, and answers in the order of the keys', async () => {
    const { cache } = aCache();
    await cache.setMany({ b: 'B', d: null });
    const asked: string[][] = [];
    const loader = (keys: string[]) => {
      asked.push(keys);
      return new Map<string, string | null>([
        ['c', 'C'],
        ['a', 'A'],
      ]);
    };
    const values = await cache.getOrSetMany(['a', 'b', 'c', 'd', 'a'], loader);
    assert.deepEqual(
      [...values],
      [
        ['a', 'A'],
        ['b', 'B'],
        ['c', 'C'],
        ['d', null],
      ],
    );
    assert.deepEqual(asked, [['a', 'c']]);
    assert.equal(await cache.get('c'), 'C');
  });

  it('takes a record, and promises', async () => {
    const { cache } = aCache();
    assert.deepEqual(
      [...(await cache.getOrSetMany(['a', 'b'], async () => ({ b: 2, a: 1 })))],
      [
        ['a', 1],
        ['b', 2],
      ],
    );
  });

  it('leaves out what the loader does not have, and asks for it again', async () => {
    const { cache } = aCache();
    const asked: string[][] = [];
    const loader = (keys: string[]) => {
      asked.push(keys);
      return { a: 1, b: undefined };
    };
    assert.deepEqual([...(await cache.getOrSetMany(['c', 'b', 'a'], loader)).keys()], ['a']);
    await cache.getOrSetMany(['a', 'b', 'c'], loader);
    assert.deepEqual(asked, [
      ['c', 'b', 'a'],
      ['b', 'c'],
    ]);
  });

  it('remembers what the loader does not have, with negativeTtl', async () => {
    const { cache } = aCache();
    let runs = 0;
    const loader = () => {
      runs++;
      return new Map([['a', 1]]);
    };
    await cache.getOrSetMany(['a', 'b'], loader, { negativeTtl: 10 });
    assert.deepEqual([...(await cache.getOrSetMany(['a', 'b'], loader))], [['a', 1]]);
    assert.equal(runs, 1);
    assert.equal((await cache.getEntry('b'))?.negative, true);
  });

  it('does not ask for nothing', async () => {
    const { cache } = aCache();
    await cache.set('a', 0);
    const loader = () => assert.fail('asked');
    assert.equal((await cache.getOrSetMany([], loader)).size, 0);
    assert.deepEqual([...(await cache.getOrSetMany(['a'], loader))], [['a', 0]]);
  });

  it('goes by the options', async () => {
    const { cache, clock } = aCache();
    await cache.getOrSetMany(['a', 'b'], () => ({ a: 1, b: 2 }), { ttl: 10, tags: ['t'] });
    assert.deepEqual((await cache.getEntry('b'))?.tags, ['t']);
    clock.advance('10s');
    assert.equal((await cache.getMany(['a', 'b'])).size, 0);
  });

  it('stores no key that was not asked for', async () => {
    const { cache } = aCache();
    assert.deepEqual([...(await cache.getOrSetMany(['a'], () => ({ a: 1, z: 26 }))).keys()], ['a']);
    assert.equal(await cache.get('z'), undefined);
  });

  it('joins a load of one of its keys, and lets others join', async () => {
    const { cache } = twoTiers();
    const single = held<string>();
    const batch = held<Record<string, string>>();
    const asked: string[][] = [];
    const first = cache.getOrSet('a', single.factory);
    const many = cache.getOrSetMany(['a', 'b'], (keys) => {
      asked.push(keys);
      return batch.factory();
    });
    const last = cache.getOrSet('b', () => assert.fail('a second load'));
    single.give('A');
    batch.give({ b: 'B' });
    assert.deepEqual([...(await many).values()], ['A', 'B']);
    assert.deepEqual([await first, await last], ['A', 'B']);
    assert.deepEqual(asked, [['b']]);
  });

  it('is asked again for a key whose other load failed', async () => {
    const { cache } = aCache();
    const single = held<string>();
    const asked: string[][] = [];
    const first = cache.getOrSet('a', single.factory);
    const many = cache.getOrSetMany(['a', 'b'], (keys) => {
      asked.push(keys);
      return Object.fromEntries(keys.map((key) => [key, key.toUpperCase()]));
    });
    single.fail(new Error('down'));
    await assert.rejects(first, { message: 'down' });
    assert.deepEqual([...(await many).values()], ['A', 'B']);
    assert.deepEqual(asked, [['b'], ['a']]);
  });

  it('throws what the loader threw, and stores nothing', async () => {
    const { cache } = aCache();
    const error = new Error('down');
    await assert.rejects(
      cache.getOrSetMany(['a', 'b'], async () => Promise.reject(error)),
      error,
    );
    assert.equal((await cache.getMany(['a', 'b'])).size, 0);
  });

  it.each([[[]], ['text'], [undefined], [null], [7]])('refuses a loader that gives %j', async (given) => {
    const { cache } = aCache();
    await assert.rejects(
      cache.getOrSetMany(['a'], () => given as unknown as Record<string, number>),
      TypeError,
    );
  });

  it('gives the loader a signal that aborts when nobody waits any more', async () => {
    const { cache } = aCache();
    const abort = new AbortController();
    let signal: AbortSignal | undefined;
    const many = cache.getOrSetMany(
      ['a', 'b'],
      (_, context) => {
        signal = context.signal;
        return new Promise<Record<string, number>>(() => {});
      },
      { signal: abort.signal },
    );
    abort.abort(new Error('enough'));
    await assert.rejects(many, { message: 'enough' });
    assert.equal(signal?.aborted, true);
  });

  it('answers for stale keys at once, and refreshes them with one run', async () => {
    const { cache, clock } = aCache({ staleWhileRevalidate: 60, ttl: 10 });
    await cache.setMany({ a: 1, b: 2 });
    clock.advance('10s');
    const batch = held<Record<string, number>>();
    const many = cache.getOrSetMany(['a', 'b'], batch.factory);
    assert.deepEqual([...(await many).values()], [1, 2]);
    batch.give({ a: 10, b: 20 });
    await clock.flush();
    assert.deepEqual([...(await cache.getMany(['a', 'b'])).values()], [10, 20]);
  });
});
