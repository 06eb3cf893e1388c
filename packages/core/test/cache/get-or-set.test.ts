import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { aCache, counting, held, loseFrom, twoTiers } from './setting.ts';

describe('getOrSet', () => {
  it('runs the factory for what is missing, and keeps what it gave', async () => {
    const { cache } = aCache();
    const factory = counting('a', 'b');
    assert.equal(await cache.getOrSet('k', factory), 'a');
    assert.equal(await cache.getOrSet('k', factory), 'a');
    assert.equal(await cache.get('k'), 'a');
    assert.equal(factory.runs, 1);
  });

  it.each([0, '', false, null, Number.NaN])('does not ask again after %s', async (value) => {
    const { cache, near } = twoTiers();
    const factory = counting<unknown>(value, 'again');
    assert.ok(Object.is(await cache.getOrSet('k', factory), value));
    loseFrom(near, 'k');
    assert.ok(Object.is(await cache.getOrSet('k', factory), value));
    assert.equal(factory.runs, 1);
  });

  it('does not ask for what was set', async () => {
    const { cache } = aCache();
    const factory = counting('loaded');
    await cache.set('k', 'set');
    assert.equal(await cache.getOrSet('k', factory), 'set');
    assert.equal(factory.runs, 0);
  });

  it('answers with what the factory gave, async or not, or with anything that can be awaited', async () => {
    const { cache } = aCache();
    assert.equal(await cache.getOrSet('a', () => 1), 1);
    assert.equal(await cache.getOrSet('b', async () => 2), 2);
    // biome-ignore lint/suspicious/noThenProperty: query builders are like that
    const query = { then: (resolve: (value: number) => void) => resolve(3) };
    assert.equal(await cache.getOrSet('c', () => query as unknown as Promise<number>), 3);
    assert.equal(await cache.get('c'), 3);
  });

  it('goes by the options', async () => {
    const { cache, clock } = aCache();
    await cache.getOrSet('k', () => 1, { ttl: 10, tags: ['t'] });
    assert.deepEqual((await cache.getEntry('k'))?.tags, ['t']);
    clock.advance('10s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('does not keep undefined', async () => {
    const { cache } = aCache();
    const factory = counting(undefined, 1);
    assert.equal(await cache.getOrSet('k', factory), undefined);
    assert.equal(await cache.getEntry('k'), undefined);
    assert.equal(await cache.getOrSet('k', factory), 1);
  });

  it.each([new Error('down'), 'a string', undefined])('throws what the factory threw: %s', async (thrown) => {
    const { cache } = aCache();
    const failed = await cache
      .getOrSet('k', () => {
        throw thrown;
      })
      .then(
        () => 'no error',
        (error: unknown) => ({ error }),
      );
    assert.deepEqual(failed, { error: thrown });
    assert.equal((failed as { error: unknown }).error, thrown);
    assert.equal(await cache.getOrSet('k', () => 'well again'), 'well again');
  });

  it('throws what the factory rejected with, to everybody who waited, after one run', async () => {
    const { cache } = aCache();
    const { factory, fail } = held<string>();
    let runs = 0;
    const callers = Array.from({ length: 50 }, () =>
      cache.getOrSet('k', () => {
        runs++;
        return factory();
      }),
    );
    const error = new Error('down');
    fail(error);
    const outcomes = await Promise.allSettled(callers);
    assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === error));
    assert.equal(runs, 1);
  });

  it('runs one factory for all who ask at the same time', async () => {
    const { cache } = twoTiers();
    const { factory, give } = held<string>();
    let runs = 0;
    const callers = Array.from({ length: 100 }, () =>
      cache.getOrSet('k', () => {
        runs++;
        return factory();
      }),
    );
    give('v');
    assert.deepEqual(new Set(await Promise.all(callers)), new Set(['v']));
    assert.equal(runs, 1);
  });

  it('rejects what cannot be kept, and stores nothing', async () => {
    const { cache } = aCache();
    await assert.rejects(
      cache.getOrSet('k', () => Symbol('s')),
      { code: 'SERIALIZATION_FAILED' },
    );
    assert.equal(await cache.getEntry('k'), undefined);
    assert.equal(await cache.getOrSet('k', () => 1), 1);
  });

  it('loads again at once after a value that could not be kept, also where a lease was held for it', async () => {
    const { cache } = twoTiers({}, { far: { shared: true } });
    await assert.rejects(
      cache.getOrSet('k', () => Symbol('s')),
      { code: 'SERIALIZATION_FAILED' },
    );
    assert.equal(await cache.getOrSet('k', () => 1), 1);
    await assert.rejects(
      cache.getOrSet('l', () => 1, { ttl: () => Number.NaN }),
      TypeError,
    );
    assert.equal(await cache.getOrSet('l', () => 1), 1);
  });

  it('does not wait for its own key: FACTORY_FAILED', async () => {
    const { cache } = aCache();
    await assert.rejects(
      cache.getOrSet('k', () => cache.getOrSet('k', () => 1)),
      { code: 'FACTORY_FAILED' },
    );
    await assert.rejects(
      cache.getOrSet('a', () => cache.getOrSet('b', () => cache.getOrSet('a', () => 1))),
      { code: 'FACTORY_FAILED' },
    );
    assert.equal(await cache.getOrSet('a', () => cache.getOrSet('b', () => 2)), 2);
  });
});
