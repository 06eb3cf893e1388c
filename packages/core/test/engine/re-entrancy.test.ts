import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache, FactoryContext } from '../../src/index.ts';
import { CacheError } from '../../src/index.ts';
import { outcomes, stages } from './waiting.ts';

const set = stages();

describe('a factory that waits for itself', () => {
  const isReentrant = (error: unknown): boolean =>
    CacheError.is(error, 'FACTORY_FAILED') && /re-entrant/.test(error.message);
  type Call = (cache: Cache, key: string, make: (context?: FactoryContext) => unknown) => Promise<unknown>;
  const single: Call = (cache, key, make) => cache.getOrSet(key, async () => make());
  const many: Call = (cache, key, make) => cache.getOrSetMany([key], async () => ({ [key]: await make() }));

  it.each<[string, Call, Call]>([
    ['getOrSet', single, single],
    ['getOrSetMany', many, many],
    ['getOrSet in getOrSetMany', many, single],
    ['getOrSetMany in getOrSet', single, many],
  ])('is told so: %s', async (_, outer, inner) => {
    const { one } = set(['own', 'shared']);
    let runs = 0;
    const make = (): Promise<unknown> => {
      runs++;
      return inner(one.cache, 'k', make);
    };
    await assert.rejects(outer(one.cache, 'k', make), isReentrant);
    assert.equal(runs, 1);
  });

  it.each<[string, Call]>([
    ['getOrSet', single],
    ['getOrSetMany', many],
  ])('is told so in a circle: %s', async (_, call) => {
    const { one } = set(['own', 'shared']);
    const circle = call(one.cache, 'a', () => call(one.cache, 'b', () => call(one.cache, 'a', () => 1)));
    await assert.rejects(circle, isReentrant);
  });

  it('is told so when two callers cross', async () => {
    const { one, clock } = set(['own', 'shared']);
    const both = Promise.withResolvers<void>();
    const cross = (key: string, other: string): Promise<unknown> =>
      one.cache.getOrSet(key, async () => {
        await both.promise;
        return one.cache.getOrSet(other, () => 1);
      });
    const calls = outcomes([cross('a', 'b'), cross('b', 'a')]);
    await clock.flush();
    both.resolve();
    const errors = await calls;
    assert.ok(errors.some(isReentrant), String(errors));
  });

  it('is told so by cache.sync', () => {
    const { one } = set(['own']);
    const { sync } = one.cache;
    assert.throws(() => sync.getOrSet('a', () => sync.getOrSet('b', () => sync.getOrSet('a', () => 1))), isReentrant);
    assert.throws(() => sync.getOrSetMany(['a'], () => ({ a: sync.getOrSet('a', () => 1) })), isReentrant);
    assert.equal(
      sync.getOrSet('a', () => 2),
      2,
    );
  });

  it('does not hang when the waiting goes through cache.sync', async () => {
    const { one } = set(['own']);
    const value = await one.cache.getOrSet('k', async () => one.cache.sync.getOrSet('k', () => 'inner'));
    assert.equal(value, 'inner');
  });

  it('may wait for others, and ask again when it is done', async () => {
    const { one } = set(['own']);
    const value = await one.cache.getOrSet('a', async () => `${await one.cache.getOrSet('b', () => 'b')}a`);
    assert.equal(value, 'ba');
    assert.equal(await one.cache.getOrSet('b', () => 'other'), 'b');
  });
});
