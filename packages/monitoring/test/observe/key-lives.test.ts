import { expect, test, vi } from 'vitest';
import { RegionLives } from '../../src/observe/region-lives.ts';
import { WatchedKeys } from '../../src/observe/watched-keys.ts';

function stage(): { lives: RegionLives; lookUp: (key: string) => void } {
  const watched = new WatchedKeys();
  return { lives: new RegionLives(watched, () => 1), lookUp: (key) => watched.lookedUp('', key, 0) };
}

test('entries that nobody looked up are one-hit wonders', () => {
  const { lives, lookUp } = stage();
  for (const key of ['a', 'b', 'c', 'd']) lives.of('').stored(key, 1, true);
  lookUp('a');
  for (const key of ['a', 'b', 'c']) lives.of('').left(key, 'size');
  lives.of('').left('d', 'expired');
  expect(lives.summary()).toMatchObject({ ended: 4, oneHitWonders: 0.75, expiredBeforeReuse: 1 });
});

test('a load after an expiry that gives the same value is an unchanged one', () => {
  const { lives } = stage();
  const of = lives.of('');
  of.stored('seen', { name: 'Ada' }, true);
  of.left('seen', 'expired');
  of.stored('seen', { name: 'Ada' }, true);
  of.stored('unseen', 1, true);
  of.stored('unseen', 1, true);
  of.stored('changed', 1, true);
  of.left('changed', 'expired');
  of.stored('changed', 2, true);
  expect(lives.summary()).toMatchObject({ loads: 6, unchangedLoads: 2 / 6 });
});

test('after an eviction, a delete, an invalidation or a set, an equal value says nothing', () => {
  const { lives } = stage();
  const of = lives.of('');
  for (const key of ['evicted', 'deleted', 'cleared']) of.stored(key, 1, true);
  of.left('evicted', 'size');
  of.removed('deleted');
  lives.removedSome('');
  for (const key of ['evicted', 'deleted', 'cleared']) of.stored(key, 1, true);
  of.stored('set', 1, false);
  expect(lives.summary()).toMatchObject({ loads: 6, unchangedLoads: 0 });
});

test('a life counts once', () => {
  const { lives } = stage();
  lives.of('').stored('k', 1, true);
  lives.of('').left('k', 'expired');
  lives.of('').left('k', 'expired');
  lives.of('').removed('k');
  lives.of('').stored('k', 1, true);
  expect(lives.summary().ended).toBe(1);
});

test('while lookups are not told of, nobody is taken for unused', () => {
  const { lives } = stage();
  lives.of('').stored('before', 1, true);
  lives.watch(false);
  lives.of('').stored('meanwhile', 1, true);
  lives.watch(true);
  lives.of('').left('before', 'size');
  lives.of('').left('meanwhile', 'size');
  expect(lives.summary().ended).toBe(0);
  lives.of('').stored('after', 1, true);
  lives.of('').left('after', 'size');
  expect(lives.summary()).toMatchObject({ ended: 1, oneHitWonders: 1 });
});

test('of many keys the same part is followed all the time, so that shares stay right', () => {
  const { lives, lookUp } = stage();
  for (let round = 0; round < 4; round++) {
    for (let key = 0; key < 20_000; key++) {
      lives.of('').stored(`key:${key}`, key % 2 === 0 ? 'same' : round, true);
      if (key % 4 === 0) lookUp(`key:${key}`);
    }
    for (let key = 0; key < 20_000; key++) lives.of('').left(`key:${key}`, 'expired');
  }
  const { oneHitWonders, unchangedLoads, ended } = lives.summary();
  expect(ended).toBeGreaterThan(500);
  expect(oneHitWonders).toBeCloseTo(0.75, 1);
  // Three of four rounds, half of the keys.
  expect(unchangedLoads).toBeGreaterThan(0.25);
  expect(unchangedLoads).toBeLessThan(0.45);
});

test('a value that was too large for a digest is not looked at a second time', () => {
  const { lives } = stage();
  const large = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, at]));
  lives.of('').stored('k', large, true);
  const keys = vi.spyOn(Object, 'keys');
  lives.of('').stored('k', large, true);
  expect(keys).not.toHaveBeenCalled();
  keys.mockRestore();
});
