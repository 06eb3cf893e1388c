import { DatabaseSync } from 'node:sqlite';
import type { CacheError } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { expect, it, onTestFinished } from 'vitest';
import { file, fileBus } from '../src/index.ts';
import { databaseIn } from './corrupt-row.ts';
import { tempDirectory } from './temp-directory.ts';

/** A cache, and another connection to its database that can lock it. */
function withLocker() {
  const directory = tempDirectory();
  const cache = createCache({ name: 'shop', tiers: [file({ directory })] });
  const errors: unknown[] = [];
  cache.on('error', ({ error }) => void errors.push(error));
  cache.sync.set('k', 'old');
  const other = new DatabaseSync(databaseIn(directory));
  onTestFinished(async () => {
    other.close();
    await cache.close();
  });
  return { cache, errors, other };
}

it('while another writes, reads go on, the event loop goes on, and writes come after', async () => {
  const { cache, errors, other } = withLocker();
  other.exec('BEGIN IMMEDIATE');
  let isDone = false;
  const setting = cache.set('k', 'new').then(() => {
    isDone = true;
  });
  const loading = cache.getOrSet('loaded', () => 'loaded');
  for (let turn = 0; turn < 200; turn++) {
    await new Promise((resolve) => void setImmediate(resolve));
    expect(cache.sync.get('k')).toBe('old');
  }
  expect(isDone).toBe(false);
  other.exec('COMMIT');
  await setting;
  expect(await cache.get('k')).toBe('new');
  expect(await loading).toBe('loaded');
  expect(errors).toEqual([]);
});

it('while another writes, what is told to the others waits as well, and the event loop goes on', async () => {
  const directory = tempDirectory();
  const [here, there] = [0, 1].map(() => createCache({ name: 'shop', tiers: [memory()], bus: fileBus({ directory }) }));
  await there!.set('k', 'old');
  const other = new DatabaseSync(databaseIn(directory));
  onTestFinished(async () => {
    other.close();
    await here!.close();
    await there!.close();
  });
  other.exec('BEGIN IMMEDIATE');
  const began = performance.now();
  const deleting = here!.delete('k');
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => void setImmediate(resolve));
  // A lock is waited for up to five seconds.
  expect(performance.now() - began).toBeLessThan(2_500);
  expect(await there!.get('k')).toBe('old');
  other.exec('COMMIT');
  await deleting;
  await expect.poll(() => there!.get('k')).toBeUndefined();
});

it('while another writes, no more than some megabytes wait; what is more fails at once, and the others are done', async () => {
  const { cache, other } = withLocker();
  const text = 'x'.repeat(100_000);
  other.exec('BEGIN IMMEDIATE');
  const outcomes: Promise<string>[] = [];
  let isRefused = false;
  for (let turn = 0; turn < 1_000 && !isRefused; turn++) {
    const setting = cache.set(`key:${turn}`, text).then(
      () => 'stored',
      (error: CacheError) => {
        isRefused = true;
        return error.code;
      },
    );
    outcomes.push(setting);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  expect(isRefused).toBe(true);
  other.exec('COMMIT');
  const codes = await Promise.all(outcomes);
  const first = codes.indexOf('TIER_FAILED');
  expect(new Set(codes.slice(0, first))).toEqual(new Set(['stored']));
  expect(new Set(codes.slice(first))).toEqual(new Set(['TIER_FAILED']));
  expect(first * text.length).toBeLessThan(70_000_000);
  await cache.set('after', 1);
  expect(await cache.get('after')).toBe(1);
});

it('writes of one turn of the event loop are done at its end, in their order', async () => {
  const { cache, other } = withLocker();
  const doing = [
    cache.set('a', 1),
    cache.set('b', 1),
    cache.delete('a'),
    cache.set('b', 2),
    cache.set('c', 1, { tags: ['tag'] }),
    cache.deleteMany(['k']),
  ];
  expect(other.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: 1 });
  const answers = await Promise.all(doing);
  expect(answers[2]).toBe(true);
  expect(await cache.getMany(['a', 'b', 'k'])).toEqual(new Map([['b', 2]]));
});

it('a sync call commits at once, and what waits comes before it', async () => {
  const { cache, other } = withLocker();
  const setting = cache.set('a', 1);
  cache.sync.set('b', 2);
  expect(other.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: 3 });
  await setting;
});

it('one that fails does not fail those that are written with it', async () => {
  const { cache } = withLocker();
  const circular: unknown[] = [];
  circular.push(circular);
  const outcomes = await Promise.allSettled([
    cache.set('a', 1),
    cache.set('k', circular),
    cache.set('huge', 'x'.repeat(80_000_000)),
    cache.set('b', 2),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await cache.getMany(['a', 'b', 'huge'])).toEqual(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  );
});

it('clear and patterns of many keys leave the event loop its turns', async () => {
  const { cache } = withLocker();
  for (const sweep of [() => cache.clear(), () => cache.invalidatePattern('key:*9*')]) {
    for (let batch = 0; batch < 10; batch++) {
      const entries = Array.from({ length: 1_000 }, (_, index): [string, number] => [`key:${batch}:${index}`, index]);
      await cache.setMany(new Map(entries));
    }
    let turns = 0;
    let isDone = false;
    const sweeping = sweep().then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => void setImmediate(resolve));
      turns++;
    }
    await sweeping;
    expect(turns).toBeGreaterThan(5);
    expect(await cache.get('key:0:9')).toBeUndefined();
  }
  expect(await cache.get('key:1:1')).toBe(1);
});
