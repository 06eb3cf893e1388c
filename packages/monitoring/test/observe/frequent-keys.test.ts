import { expect, test } from 'vitest';
import { FrequentKeys } from '../../src/observe/frequent-keys.ts';

test('the heaviest keys are found among many more than there is room for', () => {
  const keys = new FrequentKeys(64);
  for (let at = 0; at < 20_000; at++) {
    keys.add('', `rare:${at}`, 1);
    if (at % 20 === 0) keys.add('', 'hot', 4);
    if (at % 40 === 0) keys.add('users', 'hot', 4);
  }
  const [first, second] = keys.top(2);
  expect(first).toMatchObject({ region: '', key: 'hot' });
  expect(second).toMatchObject({ region: 'users', key: 'hot' });
  // Too small by at most a 32nd of all weight (26,000).
  expect(first!.weight).toBeLessThanOrEqual(4000);
  expect(first!.weight).toBeGreaterThanOrEqual(4000 - 26_000 / 32);
});

test('it has no more keys than there is room, and none of great length', () => {
  const keys = new FrequentKeys(10);
  for (let at = 0; at < 1000; at++) keys.add('', `key:${at}`, 1 + (at % 7));
  keys.add('', 'x'.repeat(5000), 1000);
  expect(keys.top(Infinity).length).toBeLessThanOrEqual(10);
  expect(keys.top(1)[0]?.key.length).toBeLessThan(100);
});

test('regions and keys that look alike together are told apart', () => {
  const keys = new FrequentKeys(10);
  keys.add('a', 'bc', 1);
  keys.add('ab', 'c', 2);
  expect(keys.top(5)).toEqual([
    { region: 'ab', key: 'c', times: 1, weight: 2 },
    { region: 'a', key: 'bc', times: 1, weight: 1 },
  ]);
});

test('what is older counts for less, and is forgotten', () => {
  const keys = new FrequentKeys(10);
  for (let at = 0; at < 4; at++) keys.add('', 'old', 3);
  keys.age();
  keys.add('', 'new', 7);
  expect(keys.top(2)).toMatchObject([
    { key: 'new', weight: 7 },
    { key: 'old', weight: 6, times: 2 },
  ]);
  for (let at = 0; at < 10; at++) keys.age();
  expect(keys.top(2)).toEqual([]);
});
