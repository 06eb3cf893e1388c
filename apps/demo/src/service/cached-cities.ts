import type { Cities, City, CityEdit, CountrySummary, EditedCity, Neighbour, Point, Totals } from '../cities/cities.ts';
import type { CityCache } from './city-cache.ts';
import { searchTag, searchTagsOf } from './search-tags.ts';

/** The cities, from the cache if it has them, else from `source`. */
export class CachedCities implements Cities {
  readonly #source: Cities;
  readonly #cities: CityCache;
  readonly #lists: CityCache;
  readonly #totals: CityCache;

  constructor(source: Cities, cache: CityCache) {
    this.#source = source;
    this.#cities = cache.region('cities');
    this.#lists = cache.region('lists');
    this.#totals = cache.region('totals');
  }

  city(id: number): Promise<City | undefined> {
    return this.#cities.getOrSet(String(id), () => this.#source.city(id));
  }

  /** One query for all that are missing, however many they are. */
  async citiesById(ids: readonly number[]): Promise<readonly City[]> {
    const found = await this.#cities.getOrSetMany(ids.map(String), async (missing) => {
      const cities = await this.#source.citiesById(missing.map(Number));
      return new Map(cities.map((city) => [String(city.id), city]));
    });
    return [...found.values()];
  }

  /** Which cities a list shows is known when it is loaded; it is tagged with them then. */
  nearest(point: Point, count: number): Promise<readonly Neighbour[]> {
    return this.#lists.getOrSet(`nearest:${point.latitude}:${point.longitude}:${count}`, async (context) => {
      const neighbours = await this.#source.nearest(point, count);
      context.setTags(neighbours.map(({ id }) => cityTag(id)));
      return neighbours;
    });
  }

  search(text: string, count: number): Promise<readonly City[]> {
    return this.#lists.getOrSet(`search:${count}:${text}`, () => this.#source.search(text, count), {
      tags: [searchTag(text)],
    });
  }

  country(code: string): Promise<CountrySummary | undefined> {
    return this.#lists.getOrSet(countryKey(code), () => this.#source.country(code));
  }

  totals(): Promise<Totals> {
    return this.#totals.getOrSet('totals', () => this.#source.totals());
  }

  /** The database first, then the cache: a read that began in between cannot store what it saw before the edit. */
  async edit(id: number, edit: CityEdit): Promise<EditedCity | undefined> {
    const edited = await this.#source.edit(id, edit);
    if (!edited) return undefined;
    const { before, after } = edited;
    await Promise.all([
      this.#cities.delete(String(id)),
      this.#lists.delete(countryKey(after.country)),
      this.#lists.invalidateTags([cityTag(id), ...searchTagsOf(before.name), ...searchTagsOf(after.name)]),
    ]);
    return edited;
  }
}

function cityTag(id: number): string {
  return `city:${id}`;
}

function countryKey(code: string): string {
  return `country:${code}`;
}
