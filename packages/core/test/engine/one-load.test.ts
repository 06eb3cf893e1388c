import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CacheError } from '../../src/index.ts';
import type { LevelKind } from './stage.ts';
import { DOWN, outcomes, source, stages } from './waiting.ts';

const set = stages();

describe.each<{ kinds: LevelKind[] }>([
  { kinds: ['own'] },
  { kinds: ['own-async'] },
  { kinds: ['own', 'shared'] },
  { kinds: ['own', 'shared', 'shared'] },
])('callers of one process over $kinds', ({ kinds }) => {
  it('share one load, however they call', async () => {
    const { one, clock } = set(kinds);
    const { runs, factory } = source();
    const many = (keys: string[]): Promise<Map<string, unknown>> =>
      one.cache.getOrSetMany(keys, async () => new Map([['k', await factory()]]));
    const calls = [one.cache.getOrSet('k', factory), many(['k']), one.cache.getOrSet('k', factory), many(['k'])];
    await clock.flush();
    assert.equal(runs.length, 1);
    runs[0]?.resolve('v');
    assert.deepEqual(await outcomes(calls), ['v', new Map([['k', 'v']]), 'v', new Map([['k', 'v']])]);
    assert.equal(one.cache.stats().joins, 3);
  });

  it('share its error, and the next caller tries again at once', async () => {
    const { one, clock } = set(kinds);
    const { runs, factory } = source();
    const calls = Array.from({ length: 50 }, () => one.cache.getOrSet('k', factory));
    await clock.flush();
    runs[0]?.reject(DOWN);
    assert.deepEqual(new Set(await outcomes(calls)), new Set([DOWN]));
    const again = one.cache.getOrSet('k', factory);
    await clock.flush();
    assert.equal(runs.length, 2);
    runs[1]?.resolve('v');
    assert.equal(await again, 'v');
    assert.equal(await one.cache.get('k'), 'v');
  });

  it('retry at once after a value that cannot be stored', async () => {
    const { one, clock } = set(kinds);
    await assert.rejects(
      one.cache.getOrSet('k', () => () => {}),
      (error) => CacheError.is(error, 'SERIALIZATION_FAILED'),
    );
    const again = one.cache.getOrSet('k', () => 'v');
    await clock.flush();
    assert.equal(await again, 'v');
  });
});

describe('callers of a batch', () => {
  it('join who loads a key again, after the load that they had joined failed', async () => {
    const { one, clock } = set(['own']);
    const { runs, factory } = source();
    const first = one.cache.getOrSet('k', factory);
    const batch = one.cache.getOrSetMany(['k'], async () => ({ k: await factory() }));
    const again = first.catch(() => one.cache.getOrSet('k', factory));
    await clock.flush();
    runs[0]?.reject(DOWN);
    await clock.flush();
    assert.equal(runs.length, 2);
    runs[1]?.resolve('v');
    assert.equal(await again, 'v');
    assert.deepEqual(await batch, new Map([['k', 'v']]));
  });

  it('do not wait for a key that another process loads, nor does its end keep the others', async () => {
    const { one, two, clock } = set(['own', 'shared'], { cache: { leaseTtl: '5s' } });
    const slow = source();
    const theirs = two.cache.getOrSet('slow', slow.factory);
    await clock.flush();
    const batch = one.cache.getOrSetMany(['quick', 'slow'], (keys) => new Map(keys.map((key) => [key, `own ${key}`])), {
      ttl: 1,
    });
    await clock.flush();
    assert.equal(await one.cache.get('quick'), 'own quick');
    await clock.advanceAsync('2s');
    let runs = 0;
    const late = one.cache.getOrSet('quick', () => `run ${++runs}`);
    await clock.flush();
    assert.equal(await late, 'run 1', 'its ttl was over');
    slow.runs[0]?.resolve('theirs');
    assert.equal(await theirs, 'theirs');
    await clock.advanceAsync('1s');
    assert.deepEqual(
      [...(await batch)],
      [
        ['quick', 'own quick'],
        ['slow', 'theirs'],
      ],
    );
  });

  it('get CLOSED when the cache is closed, and no loader runs after that', async () => {
    const { one, clock } = set(['own']);
    let runs = 0;
    const load = one.cache.getOrSet('k', () => new Promise(() => {}));
    const batch = one.cache.getOrSetMany(['k'], () => {
      runs++;
      return {};
    });
    await clock.flush();
    const results = outcomes([load, batch]);
    await one.cache.close();
    for (const error of await results) assert.ok(CacheError.is(error, 'CLOSED'));
    assert.equal(runs, 0);
  });
});
