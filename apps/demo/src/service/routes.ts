import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Cities } from '../cities/cities.ts';
import { NotFoundError } from './http-errors.ts';
import { batchQuery, cityEdit, cityParams, countryParams, nearestQuery, searchQuery } from './requests.ts';

/** What a read is to be answered from: the cache, or the database alone. */
export type ReadsFor = (request: FastifyRequest) => Omit<Cities, 'edit'>;

/** @param cities - what edits go through, whatever the request says: they change what others have cached. */
export function addRoutes(app: FastifyInstance, cities: Pick<Cities, 'edit'>, citiesFor: ReadsFor): void {
  app.get('/cities', (request) => {
    const { ids } = batchQuery.parse(request.query);
    return citiesFor(request).citiesById(ids);
  });

  app.get('/cities/:id', async (request) => {
    const { id } = cityParams.parse(request.params);
    return (await citiesFor(request).city(id)) ?? noCity(id);
  });

  app.patch('/cities/:id', async (request) => {
    const { id } = cityParams.parse(request.params);
    const edit = cityEdit.parse(request.body);
    return (await cities.edit(id, edit))?.after ?? noCity(id);
  });

  app.get('/nearest', (request) => {
    const { point, n } = nearestQuery.parse(request.query);
    return citiesFor(request).nearest(point, n);
  });

  app.get('/search', (request) => {
    const { q, n } = searchQuery.parse(request.query);
    return citiesFor(request).search(q, n);
  });

  app.get('/countries/:code', async (request) => {
    const { code } = countryParams.parse(request.params);
    const summary = await citiesFor(request).country(code);
    if (!summary) throw new NotFoundError(`No city lies in a country with the code ${code}.`);
    return summary;
  });

  app.get('/stats', (request) => citiesFor(request).totals());
}

function noCity(id: number): never {
  throw new NotFoundError(`There is no city with the id ${id}.`);
}
