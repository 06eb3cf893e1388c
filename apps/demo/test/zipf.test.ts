import { expect, test } from 'vitest';
import { seededRandom } from '../src/load/random.ts';
import { zipf } from '../src/load/zipf.ts';

test('ranks come up in proportion to 1 / rank', () => {
  const draw = zipf(100, 1, seededRandom(1));
  const counts = new Array<number>(100).fill(0);
  for (let index = 0; index < 200_000; index++) counts[draw()]!++;
  const harmonic = counts.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  for (const rank of [0, 1, 9, 49, 99]) {
    const expected = 200_000 / harmonic / (rank + 1);
    expect(counts[rank]! / expected).toBeGreaterThan(0.85);
    expect(counts[rank]! / expected).toBeLessThan(1.15);
  }
});

test('draws stay within the ranks, however few', () => {
  const ends = [0, 1 - 2 ** -53];
  for (const end of ends) expect(zipf(3, 1, () => end)()).toBe(end === 0 ? 0 : 2);
  expect(zipf(1, 1, seededRandom(1))()).toBe(0);
});

test('the same seed, the same numbers; another seed, others', () => {
  const numbers = (seed: number): readonly number[] => Array.from({ length: 100 }, seededRandom(seed));
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
  expect(Math.min(...numbers(3))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers(3))).toBeLessThan(1);
});
