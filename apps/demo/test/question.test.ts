import { expect, test } from 'vitest';
import type { Kind } from '../src/load/question.ts';
import { questions } from '../src/load/question.ts';
import { sampleCities } from './sample.ts';

test('a load is the same for the same seed, and has all kinds of questions in it', async () => {
  const cities = await sampleCities();
  const ask = (seed: number) => Array.from({ length: 5000 }, questions(cities, seed));
  expect(ask(1)).toEqual(ask(1));
  expect(ask(1)).not.toEqual(ask(2));

  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of ask(1)) counts[kind] = (counts[kind] ?? 0) + 1;
  expect(counts.city).toBeGreaterThan(2500);
  for (const kind of ['batch', 'search', 'nearest', 'country', 'stats', 'edit'] as const) {
    expect(counts[kind], kind).toBeGreaterThan(10);
  }
});

test('it works with a single city', () => {
  const city = { id: 1, name: 'Å', country: 'NO', population: 1, latitude: 0, longitude: 0 };
  const named = { ...city, id: 2, name: 'Århus' };
  for (let asked = 0, ask = questions([city, named], 1); asked < 1000; asked++) ask();
});
