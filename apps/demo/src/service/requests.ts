import { z } from 'zod';
import type { Point } from '../cities/cities.ts';
import { foldCase } from './letter-case.ts';
import { SHORTEST_SEARCH } from './search-tags.ts';

const MOST_IDS = 100;

/** A number in a URL. By itself zod would read an empty text as 0. */
const number = z.string().trim().min(1, 'is empty').pipe(z.coerce.number());
const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has control characters');
const count = (preset: number, most: number) => number.pipe(z.int().min(1).max(most)).optional().default(preset);
const id = z
  .string()
  .regex(/^\d{1,15}$/, 'is not a positive whole number')
  .transform(Number);

export const cityParams = z.strictObject({ id });

export const batchQuery = z.strictObject({
  ids: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(id).max(MOST_IDS))
    .transform((ids) => [...new Set(ids)]),
});

export const nearestQuery = z
  .strictObject({
    lat: number.pipe(z.number().min(-90).max(90)),
    lon: number.pipe(z.number().min(-180).max(180)),
    n: count(10, 50),
  })
  .transform(({ lat, lon, n }) => ({ point: onGrid(lat, lon), n }));

export const searchQuery = z.strictObject({
  q: text(100)
    .refine((search) => [...search].length >= SHORTEST_SEARCH, `has fewer than ${SHORTEST_SEARCH} letters`)
    .transform(foldCase),
  n: count(20, 50),
});

export const countryParams = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z]{2}$/i, 'is not a country code of two letters')
    .transform((code) => code.toUpperCase()),
});

export const cityEdit = z
  .strictObject({
    name: text(200).optional(),
    population: z.int().min(0).max(1e9).optional(),
  })
  .refine((edit) => Object.keys(edit).length > 0, 'nothing to change: name a "name" or a "population"');

/** To a tenth of a degree, some 11 km: callers close to each other share an answer, instead of each having its own. */
function onGrid(latitude: number, longitude: number): Point {
  // Adding 0 makes 0 of -0, which would be a key of its own.
  return { latitude: Math.round(latitude * 10) / 10 + 0, longitude: Math.round(longitude * 10) / 10 + 0 };
}
