import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { compareAnswers } from '../src/load/comparison.ts';
import { EditLog } from '../src/load/edit-log.ts';
import { HttpClient } from '../src/load/http-client.ts';
import { runPhase } from '../src/load/phase.ts';
import type { Question } from '../src/load/question.ts';
import { stampede } from '../src/load/stampede.ts';

const city = { id: 1, name: 'Rome', country: 'IT', population: 10, latitude: 41.9, longitude: 12.5 };
const ONCE = { cached: true, requests: 4, seconds: 10, callers: 1 };

interface Request {
  readonly method: string;
  readonly url: string;
  readonly cached: boolean;
}

/** A service that answers as it is told: what the checks of the load have to find. */
async function service(answer: (request: Request) => unknown): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const cached = request.headers['cache-control'] !== 'no-store';
    const body = answer({ method: request.method!, url: request.url!, cached });
    request.resume().on('end', () => {
      response.statusCode = body === undefined ? 404 : 200;
      response.end(JSON.stringify(body ?? { error: 'nothing' }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => void server.close(() => closed())),
  };
}

/** The questions one after the other, again and again. */
function inTurn(...all: readonly Question[]): () => Question {
  let asked = 0;
  return () => all[asked++ % all.length]!;
}

const edit: Question = { kind: 'edit', id: 1 };
const search: Question = { kind: 'search', path: '/search?q=rome', status: 200 };

test('an answer that shows a city as it was before an edit is a failure', async () => {
  await using stale = await service(({ method, url }) => {
    if (method === 'PATCH') return { ...city, population: 11 };
    return url.startsWith('/search') ? [city] : { ...city, population: 11 };
  });
  await using client = new HttpClient(stale.url, 1);
  const result = await runPhase(client, inTurn(search, edit), new EditLog([city]), ONCE, () => undefined);
  // search, edit and read again, search: the second search is too old.
  expect(result.failures).toEqual(['/search?q=rome shows city 1 as it was before an edit']);
  expect(result.checked).toBe(3);
  expect(result.latencies.search).toHaveLength(2);
  expect(result.latencies.edit).toHaveLength(1);
  expect(result.latencies.city).toHaveLength(1);
});

test('an editor who does not see the edit is a failure', async () => {
  await using stale = await service(() => city);
  await using client = new HttpClient(stale.url, 1);
  const { failures } = await runPhase(
    client,
    inTurn(edit),
    new EditLog([city]),
    { ...ONCE, requests: 1 },
    () => undefined,
  );
  expect(failures).toEqual(['/cities/1 shows city 1 as it was before an edit']);
});

test('an answer with another status than expected is a failure', async () => {
  await using empty = await service(() => undefined);
  await using client = new HttpClient(empty.url, 1);
  const unknown: Question = { kind: 'city', path: '/cities/9', status: 404 };
  const { failures } = await runPhase(client, inTurn(unknown, search), new EditLog([city]), ONCE, () => undefined);
  expect(failures).toHaveLength(2);
  expect(failures[0]).toBe('/search?q=rome answered 404: {"error":"nothing"}');
});

test('a phase ends with its time, too, and tells how far it is', async () => {
  await using fine = await service(() => [city]);
  await using client = new HttpClient(fine.url, 4);
  const shares: number[] = [];
  const limits = { cached: false, requests: 1e9, seconds: 0.2, callers: 4 };
  const { seconds, failures } = await runPhase(client, inTurn(search), new EditLog([city]), limits, (share) =>
    shares.push(share),
  );
  expect(failures).toEqual([]);
  expect(seconds).toBeGreaterThanOrEqual(0.2);
  expect(shares.at(-1)).toBeLessThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('what an edit that is still on its way will have made is not asked for yet', () => {
  const edits = new EditLog([city]);
  const population = edits.begin(1)!;
  expect(edits.begin(1)).toBeUndefined();
  expect(edits.isStale(city, 100)).toBe(false);
  edits.confirm(1, population, 50);
  expect(edits.isStale(city, 49)).toBe(false);
  expect(edits.isStale(city, 50)).toBe(true);
  expect(edits.isStale({ ...city, population }, 50)).toBe(false);
  expect(edits.begin(1)).toBe(population + 1);
});

test('a cached answer that differs from the database’s is found', async () => {
  await using different = await service(({ cached, url }) => [
    { ...city, name: cached && url === '/b' ? 'Roma' : 'Rome' },
  ]);
  await using client = new HttpClient(different.url, 1);
  const ask = inTurn({ ...search, path: '/a' }, { ...search, path: '/b' }, edit, { ...search, kind: 'stats' });
  const { compared, fromCache, failures } = await compareAnswers(client, ask, 5);
  expect({ compared, fromCache }).toEqual({ compared: 2, fromCache: 0 });
  expect(failures).toEqual([expect.stringContaining('/b differs: cache [{"id":1,"name":"Roma"')]);
});

test('a stampede that is not answered alike is found', async () => {
  let asked = 0;
  await using service1 = await service(() => ({ asked: Math.floor(asked++ / 15) }));
  const { failures } = await stampede(service1.url, { path: '/x', callers: 10, cached: true });
  expect(failures).toEqual(['10 callers of /x got 2 answers']);
});
