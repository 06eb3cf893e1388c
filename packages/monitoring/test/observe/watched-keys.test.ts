import { expect, test } from 'vitest';
import { SampleCountdown } from '../../src/observe/sample-countdown.ts';
import { WatchedKeys } from '../../src/observe/watched-keys.ts';

function watch(region: string, key: string): { region: string; key: string; at: number[]; lookedUp(at: number): void } {
  const at: number[] = [];
  return { region, key, at, lookedUp: (now) => at.push(now) };
}

test('a watch ends with the next lookup of its key in its region', () => {
  const keys = new WatchedKeys();
  const [one, other] = [watch('', 'k'), watch('users', 'k')];
  keys.add(one);
  keys.add(other);
  expect(keys.mayHave('k')).toBe(true);
  keys.lookedUp('users', 'k', 7);
  keys.lookedUp('users', 'k', 8);
  expect([one.at, other.at]).toEqual([[], [7]]);
  keys.delete(one);
  keys.delete(one);
  keys.lookedUp('', 'k', 9);
  expect(one.at).toEqual([]);
  expect(keys.mayHave('k')).toBe(false);
});

test('every watched key may be there, whatever it looks like; of others, few', () => {
  const keys = new WatchedKeys();
  const watched = [
    '',
    'a',
    '🎈',
    '__proto__',
    'x'.repeat(60_000),
    ...Array.from({ length: 500 }, (_, at) => `user:${at}:name`),
  ];
  const watches = watched.map((key) => watch('', key));
  for (const each of watches) keys.add(each);
  expect(watched.every((key) => keys.mayHave(key))).toBe(true);
  const others = Array.from({ length: 10_000 }, (_, at) => `order:${at * 31}`);
  expect(others.filter((key) => keys.mayHave(key)).length).toBeLessThan(2_500);
  for (const each of watches) keys.delete(each);
  expect(watched.some((key) => keys.mayHave(key))).toBe(false);
});

test('one lookup in 32 is a sample, at irregular gaps, and the first ones all are', () => {
  const countdown = new SampleCountdown(0.5);
  const gaps: number[] = [];
  let weights = 0;
  for (let at = 1, last = 0; at <= 320_000; at++) {
    expect(countdown.lookups).toBe(at - 1);
    if (!countdown.isSample()) continue;
    gaps.push(at - last);
    weights += countdown.weight;
    expect(countdown.weight).toBe(at - last);
    last = at;
  }
  expect(gaps.slice(0, 64).every((gap) => gap === 1)).toBe(true);
  const later = gaps.slice(65);
  expect(Math.min(...later)).toBe(16);
  expect(Math.max(...later)).toBe(48);
  expect(later.reduce((sum, gap) => sum + gap, 0) / later.length).toBeCloseTo(32, 0);
  expect(weights).toBeGreaterThan(320_000 - 48);
});
