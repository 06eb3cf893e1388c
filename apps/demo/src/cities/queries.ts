import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { City, CityEdit, CountrySummary, EditedCity, Neighbour, Point, Totals } from './cities.ts';
import { greatCircleKm } from './great-circle.ts';

const CITY = 'id, name, country, population, latitude, longitude';

/** The questions of `Cities`, each a single statement of SQL that does its work in full every time. */
export interface Queries {
  city(id: number): City | undefined;
  citiesById(ids: readonly number[]): readonly City[];
  nearest(point: Point, count: number): readonly Neighbour[];
  search(text: string, count: number): readonly City[];
  country(code: string): CountrySummary | undefined;
  totals(): Totals;
  edit(id: number, edit: CityEdit): EditedCity | undefined;
  /** The largest cities, the largest first: what a load asks for. */
  largest(count: number): readonly City[];
}

export function queries(database: DatabaseSync): Queries {
  database.function(
    'great_circle_km',
    { deterministic: true },
    greatCircleKm as (...values: SQLOutputValue[]) => number,
  );

  const city = database.prepare(`SELECT ${CITY} FROM city WHERE id = ?`);
  const citiesById = database.prepare(`
    SELECT ${CITY} FROM (SELECT key, value FROM json_each(?)) AS wanted JOIN city ON id = value ORDER BY key`);
  const nearest = database.prepare(`
    SELECT ${CITY}, great_circle_km(latitude, longitude, ?, ?) AS distanceKm
    FROM city ORDER BY distanceKm, id LIMIT ?`);
  const search = database.prepare(`
    SELECT ${CITY} FROM city WHERE name LIKE '%' || ? || '%' ESCAPE '\\' ORDER BY population DESC, id LIMIT ?`);
  const country = database.prepare(`
    SELECT count(*) AS cities, sum(population) AS population, (
      SELECT json_group_array(json_object('id', id, 'name', name, 'country', country, 'population', population,
        'latitude', latitude, 'longitude', longitude))
      FROM (SELECT * FROM city WHERE country = :code ORDER BY population DESC, id LIMIT 5)
    ) AS largest
    FROM city WHERE country = :code`);
  const totals = database.prepare(`
    SELECT count(*) AS cities, count(DISTINCT country) AS countries, sum(population) AS population FROM city`);
  const edit = database.prepare('UPDATE city SET name = ?, population = ? WHERE id = ?');
  const largest = database.prepare(`SELECT ${CITY} FROM city ORDER BY population DESC, id LIMIT ?`);

  return {
    city: (id) => city.get(id) as City | undefined,
    citiesById: (ids) => citiesById.all(JSON.stringify(ids)) as unknown as City[],
    nearest: ({ latitude, longitude }, count) => nearest.all(latitude, longitude, count) as unknown as Neighbour[],
    search: (text, count) => search.all(text.replace(/[\\%_]/g, '\\$&'), count) as unknown as City[],
    country(code) {
      const row = country.get({ code }) as { cities: number; population: number; largest: string };
      if (row.cities === 0) return undefined;
      return { country: code, ...row, largest: JSON.parse(row.largest) as City[] };
    },
    totals: () => totals.get() as unknown as Totals,
    edit(id, { name, population }) {
      // IMMEDIATE: another thread's edit of the same city waits until this one is complete.
      database.exec('BEGIN IMMEDIATE');
      try {
        const before = city.get(id) as City | undefined;
        const after = before && { ...before, name: name ?? before.name, population: population ?? before.population };
        if (after) edit.run(after.name, after.population, id);
        database.exec('COMMIT');
        return before && after && { before, after };
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    largest: (count) => largest.all(count) as unknown as City[],
  };
}
