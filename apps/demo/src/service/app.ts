import { stderr } from 'node:process';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { CityDatabase } from '../cities/city-database.ts';
import { AnsweredFrom } from './answered-from.ts';
import { cachedCities } from './cached-cities.ts';
import type { CityCache } from './city-cache.ts';
import { addErrorAnswers } from './http-errors.ts';
import { addRoutes } from './routes.ts';

const INDEX = {
  'GET /cities/:id': 'one city; PATCH edits its name or population',
  'GET /cities?ids=1,2,3': 'several cities',
  'GET /nearest?lat=48.9&lon=2.4&n=10': 'the cities nearest to a point',
  'GET /search?q=paris&n=20': 'cities by a part of their name',
  'GET /countries/FR': 'what a country adds up to',
  'GET /stats': 'what the world adds up to',
  'GET /cache': 'what the cache did so far',
  'Cache-Control: no-store': 'as a request header of a read: asks the database and leaves the cache alone',
};

/** The service, not listening yet. */
export function createApp(database: CityDatabase, cache: CityCache): FastifyInstance {
  const app = fastify({ logger: { level: 'error', stream: stderr } });
  const cached = cachedCities(database, cache);
  const answeredFrom = new AnsweredFrom(cache);

  app.addHook('preHandler', (_request, _reply, next) => answeredFrom.during(next));
  app.addHook('onSend', async (_request, reply) => {
    const source = String(answeredFrom);
    if (source) reply.header('x-cache', source);
  });
  addErrorAnswers(app);
  addRoutes(app, cached, (request) => (request.headers['cache-control']?.includes('no-store') ? database : cached));
  app.get('/', () => INDEX);
  app.get('/cache', () => ({ ...cache.stats(), databaseQueries: database.queries }));
  return app;
}
