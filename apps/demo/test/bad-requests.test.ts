import { afterAll, expect, test } from 'vitest';
import { sampleCities } from './sample.ts';
import { ServiceUnderTest } from './service-under-test.ts';

const paris = (await sampleCities()).find(({ name }) => name === 'Paris')!;
const service = new ServiceUnderTest();
afterAll(() => service[Symbol.asyncDispose]());

test.each([
  ['/cities/abc', 'is not a positive whole number'],
  ['/cities/-1', 'is not a positive whole number'],
  ['/cities/1234567890123456', 'is not a positive whole number'],
  ['/cities', 'ids'],
  ['/cities?ids=', 'is not a positive whole number'],
  ['/cities?ids=1,,2', 'is not a positive whole number'],
  [`/cities?ids=${Array.from({ length: 101 }, (_, id) => id).join()}`, '100'],
  ['/cities?ids=1&ids=2', 'ids'],
  ['/nearest?lat=1', 'lon'],
  ['/nearest?lat=&lon=1', 'is empty'],
  ['/nearest?lat=91&lon=1', '90'],
  ['/nearest?lat=NaN&lon=1', 'lat'],
  ['/nearest?lat=1&lon=Infinity', 'lon'],
  ['/nearest?lat=1&lon=1&n=0', 'n'],
  ['/nearest?lat=1&lon=1&n=1.5', 'n'],
  ['/nearest?lat=1&lon=1&m=5', '"m"'],
  ['/search', 'q'],
  ['/search?q=ab', 'fewer than 3 letters'],
  ['/search?q=%F0%9F%98%80a', 'fewer than 3 letters'],
  ['/search?q=abc%00', 'control characters'],
  [`/search?q=${'a'.repeat(101)}`, '100'],
  ['/countries/FRA', 'country code'],
])('GET %s', async (url, message) => {
  const answer = await service.ask(url);
  expect(answer).toMatchObject({ status: 400, queries: 0, from: undefined });
  expect((answer.body as { error: string }).error).toContain(message);
});

test.each([
  [{}, 'nothing to change'],
  [{ population: '5' }, 'population'],
  [{ population: -1 }, 'population'],
  [{ population: 1.5 }, 'population'],
  [{ population: null }, 'population'],
  [{ name: '  ' }, 'name'],
  [{ name: 'a\u0000b' }, 'control characters'],
  [{ name: '\ud800' }, 'name'],
  [{ country: 'IT' }, '"country"'],
  [[1], 'expected object'],
])('PATCH %o', async (payload, message) => {
  const answer = await service.edit(paris.id, payload);
  expect(answer).toMatchObject({ status: 400, queries: 0 });
  expect((answer.body as { error: string }).error).toContain(message);
  expect(await service.database.city(paris.id)).toEqual(paris);
});

test('a body that is no JSON, or none at all', async () => {
  const url = `/cities/${paris.id}`;
  const headers = { 'content-type': 'application/json' };
  expect(await service.ask({ method: 'PATCH', url, headers, payload: '{"population":' })).toMatchObject({
    status: 400,
  });
  expect(await service.ask({ method: 'PATCH', url })).toMatchObject({ status: 400 });
  expect(
    await service.ask({ method: 'PATCH', url, headers: { 'content-type': 'text/xml' }, payload: '<a/>' }),
  ).toMatchObject({
    status: 415,
  });
});

test('another path, another method', async () => {
  expect(await service.ask('/town/1?x=1')).toMatchObject({
    status: 404,
    body: { error: 'There is no GET /town/1; see GET /.' },
  });
  expect(await service.ask({ method: 'DELETE', url: '/cities/1' })).toMatchObject({ status: 404 });
});
