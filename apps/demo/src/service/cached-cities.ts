import { cached } from '@uno-cache/decorators';
import type { Cities, Neighbour, Point } from '../cities/cities.ts';
import type { CityCache } from './city-cache.ts';
import { searchTag, searchTagsOf } from './search-tags.ts';

/** The cities, from the cache if it has them, else from `source`. */
export function cachedCities(source: Cities, cache: CityCache): Cities {
  const cities = cache.region('cities');
  const lists = cache.region('lists');
  const totals = cache.region('totals');

  const city = cached({ cache: cities, key: '{0}' })((id: number) => source.city(id));
  const country = cached({ cache: lists, key: 'country:{0}' })((code: string) => source.country(code));

  return {
    city,
    country,
    totals: cached({ cache: totals, key: 'totals' })(() => source.totals()),

    /** One query for all that are missing, however many they are. The keys are those of single cities. */
    async citiesById(ids) {
      const found = await cities.getOrSetMany(ids.map(String), async (missing) => {
        const loaded = await source.citiesById(missing.map(Number));
        return new Map(loaded.map((each) => [String(each.id), each]));
      });
      return [...found.values()];
    },

    /** Which cities a list shows is known when it is loaded; it is tagged with them then. */
    nearest: cached({
      cache: lists,
      key: 'nearest:{0.latitude}:{0.longitude}:{1}',
      tags: (_, neighbours: readonly Neighbour[]) => neighbours.map(({ id }) => cityTag(id)),
    })((point: Point, count: number) => source.nearest(point, count)),

    /** Its tag is known before the load, which no other tag's invalidation can overtake then. */
    search: (text, count) =>
      lists.getOrSet(`search:${count}:${text}`, () => source.search(text, count), { tags: [searchTag(text)] }),

    /** The database first, then the cache: a read that began in between cannot store what it saw before the edit. */
    async edit(id, edit) {
      const edited = await source.edit(id, edit);
      if (!edited) return undefined;
      const { before, after } = edited;
      await Promise.all([
        city.invalidate(id),
        country.invalidate(after.country),
        lists.invalidateTags([cityTag(id), ...searchTagsOf(before.name), ...searchTagsOf(after.name)]),
      ]);
      return edited;
    },
  };
}

function cityTag(id: number): string {
  return `city:${id}`;
}
