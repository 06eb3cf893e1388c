import type { City } from '../cities/cities.ts';
import { SHORTEST_SEARCH } from '../service/search-tags.ts';
import { seededRandom } from './random.ts';
import { zipf } from './zipf.ts';

/** What is asked, and how many of a thousand requests ask it. */
const MIX = { city: 550, batch: 160, search: 120, nearest: 100, country: 50, stats: 10, edit: 10 } as const;

export type Kind = keyof typeof MIX;
export const KINDS: readonly Kind[] = Object.freeze(Object.keys(MIX) as Kind[]);

/** Of a thousand questions for one city, so many are for an id that does not exist. */
const UNKNOWN = 10;
const BATCH = 10;
const EXPONENT = 1;
/** Searches and nearest cities are asked for around fewer places than single cities. */
const PLACES = 200;

export type Question =
  | { readonly kind: Exclude<Kind, 'edit'>; readonly path: string; readonly status: 200 | 404 }
  | { readonly kind: 'edit'; readonly id: number };

/** An endless run of questions about `cities`, the most popular first; the same for the same seed. */
export function questions(cities: readonly City[], seed: number): () => Question {
  const random = seededRandom(seed);
  const rank = zipf(cities.length, EXPONENT, random);
  const places = cities.filter(({ name }) => [...beginning(name)].length >= SHORTEST_SEARCH).slice(0, PLACES);
  const placeRank = zipf(places.length, EXPONENT, random);
  const city = (): City => cities[rank()]!;
  const place = (): City => places[placeRank()]!;
  const read = (kind: Exclude<Kind, 'edit'>, path: string): Question => ({ kind, path, status: 200 });

  const ask: { readonly [K in Kind]: () => Question } = {
    city: () =>
      random() * 1000 < UNKNOWN
        ? { kind: 'city', path: `/cities/${1e12 + Math.floor(random() * 100)}`, status: 404 }
        : read('city', `/cities/${city().id}`),
    batch: () => read('batch', `/cities?ids=${Array.from({ length: BATCH }, () => city().id).join()}`),
    search: () => read('search', `/search?q=${encodeURIComponent(beginning(place().name))}`),
    nearest() {
      const { latitude, longitude } = place();
      return read('nearest', `/nearest?lat=${latitude}&lon=${longitude}`);
    },
    country: () => read('country', `/countries/${city().country}`),
    stats: () => read('stats', '/stats'),
    edit: () => ({ kind: 'edit', id: city().id }),
  };
  return () => ask[pickKind(random() * 1000)]();
}

function pickKind(draw: number): Kind {
  let below = 0;
  for (const kind of KINDS) {
    below += MIX[kind];
    if (draw < below) return kind;
  }
  return 'city';
}

/** What somebody has typed of a name when the list of matches opens. */
function beginning(name: string): string {
  return [...name].slice(0, 5).join('').trim();
}
