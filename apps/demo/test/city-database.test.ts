import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { City } from '../src/cities/cities.ts';
import { CityDatabase } from '../src/cities/city-database.ts';
import { greatCircleKm } from '../src/cities/great-circle.ts';
import { importCities } from '../src/cities/import.ts';
import { sampleCities, TemporaryFolder } from './sample.ts';

let folder: TemporaryFolder;
let database: CityDatabase;
let cities: readonly City[];

beforeAll(async () => {
  folder = new TemporaryFolder();
  cities = await sampleCities();
  await importCities({ file: folder.database, source: async () => cities });
  database = new CityDatabase(folder.database, 2);
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('answers what a loop over all cities answers', () => {
  test('city', async () => {
    expect(await database.city(cities[7]!.id)).toEqual(cities[7]);
    expect(await database.city(1)).toBeUndefined();
  });

  test('cities by id, in the order asked for, without those that do not exist', async () => {
    const [a, b, c] = cities;
    expect(await database.citiesById([c!.id, 1, a!.id, b!.id])).toEqual([c, a, b]);
    expect(await database.citiesById([])).toEqual([]);
  });

  test.each([
    [48.9, 2.4],
    [-33.9, 151.2],
    [0, 180],
    [90, 0],
  ])('nearest to %d, %d', async (latitude, longitude) => {
    const expected = cities
      .map((city) => ({ ...city, distanceKm: greatCircleKm(city.latitude, city.longitude, latitude, longitude) }))
      .toSorted((a, b) => a.distanceKm - b.distanceKm || a.id - b.id)
      .slice(0, 5);
    expect(await database.nearest({ latitude, longitude }, 5)).toEqual(expected);
  });

  test.each(['san', 'SAN', 'ı', 'ão', 'zzz'])('search for %s', async (text) => {
    const expected = cities.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())).slice(0, 20);
    expect(await database.search(text, 20)).toEqual(expected);
  });

  test('search takes no character for a wildcard', async () => {
    expect(await database.search('%', 20)).toEqual([]);
    expect(await database.search('s_n', 20)).toEqual([]);
    expect(await database.search('\\', 20)).toEqual([]);
  });

  test('country', async () => {
    const german = cities.filter(({ country }) => country === 'DE');
    const population = german.reduce((sum, city) => sum + city.population, 0);
    expect(await database.country('DE')).toEqual({
      country: 'DE',
      cities: german.length,
      population,
      largest: german.slice(0, 5),
    });
    expect(await database.country('XX')).toBeUndefined();
  });

  test('totals', async () => {
    expect(await database.totals()).toEqual({
      cities: 500,
      countries: new Set(cities.map(({ country }) => country)).size,
      population: cities.reduce((sum, { population }) => sum + population, 0),
    });
  });

  test('largest', async () => {
    expect(await database.largest(10)).toEqual(cities.slice(0, 10));
  });
});

test('an edit tells what was before and what is now, and is seen by every thread', async () => {
  const last = cities.at(-1)!;
  const edited = { ...last, population: last.population - 1 };
  expect(await database.edit(last.id, { population: edited.population })).toEqual({ before: last, after: edited });
  const seen = await Promise.all(Array.from({ length: 20 }, () => database.city(last.id)));
  expect(new Set(seen.map((city) => city?.population))).toEqual(new Set([edited.population]));

  expect(await database.edit(last.id, { name: "Robert'); --" })).toMatchObject({ after: { name: "Robert'); --" } });
  expect(await database.edit(1, { population: 5 })).toBeUndefined();
});

test('edits of one city at the same time are all made', async () => {
  const { id } = cities.at(-2)!;
  const edits = await Promise.all(Array.from({ length: 50 }, (_, index) => database.edit(id, { population: index })));
  const before = edits.map((edit) => edit?.before.population);
  const after = edits.map((edit) => edit?.after.population);
  // Each edit saw what exactly one other had made, or the beginning.
  expect(new Set(before).size).toBe(50);
  expect(after.toSorted()).toEqual(Array.from({ length: 50 }, (_, index) => index).toSorted());
});

test('counts its queries, and leaves this thread free meanwhile', async () => {
  const before = database.queries;
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  await Promise.all(Array.from({ length: 200 }, () => database.nearest({ latitude: 1, longitude: 1 }, 10)));
  clearInterval(turn);
  expect(database.queries - before).toBe(200);
  expect(turns).toBeGreaterThan(0);
});

test('what goes wrong in a thread reaches the caller, and the thread goes on', async () => {
  await expect(database.nearest({ latitude: 1, longitude: 1 }, 1.5)).rejects.toThrow('datatype mismatch');
  expect(await database.city(cities[0]!.id)).toEqual(cities[0]);
});

test('a database that is not there is an error of the first query', async () => {
  await using nowhere = new CityDatabase('/nowhere/cities.db', 1);
  await expect(nowhere.city(1)).rejects.toThrow('unable to open database file');
  await expect(nowhere.city(1)).rejects.toThrow();
});
