import { stderr } from 'node:process';
import { describe, expect, test, vi } from 'vitest';
import type { City } from '../src/cities/cities.ts';
import { sampleCities } from './sample.ts';
import { ServiceUnderTest } from './service-under-test.ts';

const cities = await sampleCities();
const [first, second, third] = cities as readonly [City, City, City];
const paris = cities.find(({ name }) => name === 'Paris')!;

describe('a read is answered by the database once, then by the cache', () => {
  test.each([
    ['a city', `/cities/${first.id}`],
    ['several cities', `/cities?ids=${third.id},${first.id}`],
    ['the nearest', '/nearest?lat=48.9&lon=2.4&n=3'],
    ['a search', '/search?q=san'],
    ['a country', '/countries/in'],
    ['totals', '/stats'],
  ])('%s', async (_, url) => {
    await using service = new ServiceUnderTest();
    const loaded = await service.ask(url);
    expect(loaded).toMatchObject({ status: 200, from: 'miss', queries: 1 });
    expect(await service.ask(url)).toEqual({ ...loaded, from: 'memory', queries: 0 });
    const bypassed = { ...loaded, from: undefined };
    expect(await service.ask({ url, headers: { 'cache-control': 'no-store' } })).toEqual(bypassed);
  });
});

test('a batch is one query for what is missing', async () => {
  await using service = new ServiceUnderTest();
  await service.ask(`/cities/${first.id}`);
  const batch = await service.ask(`/cities?ids=${third.id},${first.id},${second.id},7,${third.id}`);
  expect(batch).toEqual({ status: 200, body: [third, first, second], from: 'memory, miss', queries: 1 });
  // The batch has filled the same keys that single reads use, and knows that 7 does not exist.
  expect(await service.ask(`/cities/${second.id}`)).toMatchObject({ from: 'memory', queries: 0 });
  expect(await service.ask('/cities/7')).toMatchObject({ status: 404, queries: 0 });
});

test('what does not exist is remembered', async () => {
  await using service = new ServiceUnderTest();
  const unknown = { status: 404, body: { error: 'There is no city with the id 7.' }, from: 'miss', queries: 1 };
  expect(await service.ask('/cities/7')).toEqual(unknown);
  expect(await service.ask('/cities/7')).toEqual({ ...unknown, from: 'memory', queries: 0 });
  expect(await service.ask('/countries/XX')).toMatchObject({ status: 404, queries: 1 });
  expect(await service.ask('/countries/XX')).toMatchObject({ status: 404, queries: 0 });
});

test('callers close to each other share an answer', async () => {
  await using service = new ServiceUnderTest();
  await service.ask('/nearest?lat=48.86&lon=2.35');
  expect(await service.ask('/nearest?lat=48.94&lon=2.44')).toMatchObject({ from: 'memory', queries: 0 });
  expect(await service.ask('/search?q=PaRiS')).toMatchObject({ from: 'miss' });
  expect(await service.ask('/search?q=%20paris')).toMatchObject({ from: 'memory' });
});

test('a stampede on a cold key is one query', async () => {
  await using service = new ServiceUnderTest();
  const answers = await Promise.all(Array.from({ length: 100 }, () => service.app.inject('/nearest?lat=1&lon=2')));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(service.database.queries).toBe(1);
});

describe('after an edit', () => {
  test('everything that shows the city shows the edit', async () => {
    await using service = new ServiceUnderTest();
    const urls = [
      `/cities/${paris.id}`,
      `/cities?ids=${first.id},${paris.id}`,
      '/nearest?lat=48.9&lon=2.4',
      '/search?q=paris',
      '/search?q=ari',
      '/countries/FR',
    ];
    for (const url of urls) await service.ask(url);
    expect(await service.edit(paris.id, { population: 2_222_222 })).toMatchObject({
      status: 200,
      body: { ...paris, population: 2_222_222 },
    });
    for (const url of urls) {
      const answer = await service.ask(url);
      expect(JSON.stringify(answer.body), url).toContain('"population":2222222');
      expect(answer.queries, url).toBe(url.startsWith('/cities?') ? 0 : 1);
    }
  });

  test('searches for the old name and for the new one', async () => {
    await using service = new ServiceUnderTest();
    await service.ask('/search?q=paris');
    await service.ask('/search?q=lutetia');
    await service.edit(paris.id, { name: 'Lutetia' });
    expect(await service.ask('/search?q=lutetia')).toMatchObject({ body: [{ ...paris, name: 'Lutetia' }] });
    expect((await service.ask('/search?q=paris')).body).not.toContainEqual(expect.objectContaining({ id: paris.id }));
  });

  test('what has nothing to do with the city stays', async () => {
    await using service = new ServiceUnderTest();
    const urls = [`/cities/${first.id}`, '/nearest?lat=-33.9&lon=151.2&n=3', '/search?q=tok', '/countries/JP'];
    for (const url of urls) await service.ask(url);
    await service.edit(paris.id, { population: 1 });
    for (const url of urls) expect(await service.ask(url), url).toMatchObject({ queries: 0 });
  });

  test('a read that began before it does not bring the old value back', async () => {
    await using service = new ServiceUnderTest();
    const reads = Array.from({ length: 20 }, () => service.ask(`/cities/${paris.id}`));
    const edited = service.edit(paris.id, { population: 3_333_333 });
    await Promise.all([...reads, edited]);
    expect(await service.ask(`/cities/${paris.id}`)).toMatchObject({ body: { population: 3_333_333 } });
  });

  test('the cache is told, also by a client that wants no cache for its reads', async () => {
    await using service = new ServiceUnderTest();
    await service.ask(`/cities/${paris.id}`);
    const headers = { 'cache-control': 'no-store' };
    await service.ask({ method: 'PATCH', url: `/cities/${paris.id}`, payload: { population: 4_444_444 }, headers });
    expect(await service.ask(`/cities/${paris.id}`)).toMatchObject({ body: { population: 4_444_444 }, queries: 1 });
  });

  test('of a city that does not exist there is nothing to see', async () => {
    await using service = new ServiceUnderTest();
    expect(await service.edit(7, { population: 1 })).toMatchObject({
      status: 404,
      body: { error: 'There is no city with the id 7.' },
    });
  });
});

test('the service tells what it offers, and what its cache did', async () => {
  await using service = new ServiceUnderTest();
  expect((await service.ask('/')).body).toHaveProperty(['GET /stats']);
  await service.ask(`/cities/${first.id}`);
  await service.ask(`/cities/${first.id}`);
  expect((await service.ask('/cache')).body).toMatchObject({
    hits: 1,
    misses: 1,
    databaseQueries: 1,
    tiers: { memory: { hits: 1 } },
  });
});

test('a database that fails is an error of the service, which is not remembered', async () => {
  await using service = new ServiceUnderTest();
  await service.database[Symbol.asyncDispose]();
  const log = vi.spyOn(stderr, 'write').mockReturnValue(true);
  const failure = { status: 500, body: { error: 'The service failed. Its log says why.' }, queries: 1 };
  expect(await service.ask(`/cities/${first.id}`)).toMatchObject(failure);
  expect(await service.ask(`/cities/${first.id}`)).toMatchObject(failure);
  expect(log).toHaveBeenCalledTimes(2);
  expect(log.mock.lastCall?.[0]).toContain('The thread has ended.');
  log.mockRestore();
});
