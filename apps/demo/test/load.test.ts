import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { compareAnswers } from '../src/load/comparison.ts';
import { EditLog } from '../src/load/edit-log.ts';
import { EditWatch } from '../src/load/edit-watch.ts';
import { HttpClient } from '../src/load/http-client.ts';
import type { PhaseControl } from '../src/load/phase.ts';
import { runPhase } from '../src/load/phase.ts';
import type { Question } from '../src/load/question.ts';
import { StalenessCheck } from '../src/load/staleness-check.ts';
import { stampede } from '../src/load/stampede.ts';

const city = { id: 1, name: 'Rome', country: 'IT', population: 10, latitude: 41.9, longitude: 12.5 };
const ONCE = { cached: true, requests: 4, seconds: 10, callers: 1, allowedMs: 0 };
const unattended: PhaseControl = { onProgress: () => undefined, isHeld: () => false };

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
  await using client = new HttpClient([stale.url], 1);
  const result = await runPhase(client, inTurn(search, edit), new EditLog([city]), ONCE, unattended);
  // search, edit and read again, search: the second search is too old.
  expect(result.failures).toEqual(['/search?q=rome shows city 1 as it was before an edit']);
  expect(result.checked).toBe(3);
  expect(result.latencies.search).toHaveLength(2);
  expect(result.latencies.edit).toHaveLength(1);
  expect(result.latencies.city).toHaveLength(1);
});

test('an editor who does not see the edit is a failure', async () => {
  await using stale = await service(() => city);
  await using client = new HttpClient([stale.url], 1);
  const { failures } = await runPhase(client, inTurn(edit), new EditLog([city]), { ...ONCE, requests: 1 }, unattended);
  expect(failures).toEqual(['/cities/1 shows city 1 as it was before an edit']);
});

test('an answer with another status than expected is a failure', async () => {
  await using empty = await service(() => undefined);
  await using client = new HttpClient([empty.url], 1);
  const unknown: Question = { kind: 'city', path: '/cities/9', status: 404 };
  const { failures } = await runPhase(client, inTurn(unknown, search), new EditLog([city]), ONCE, unattended);
  expect(failures).toHaveLength(2);
  expect(failures[0]).toBe('/search?q=rome answered 404: {"error":"nothing"}');
});

test('a phase ends with its time, too, and tells how far it is', async () => {
  await using fine = await service(() => [city]);
  await using client = new HttpClient([fine.url], 4);
  const shares: number[] = [];
  const limits = { cached: false, requests: 1e9, seconds: 0.2, callers: 4, allowedMs: 0 };
  const { seconds, failures } = await runPhase(client, inTurn(search), new EditLog([city]), limits, {
    ...unattended,
    onProgress: (share) => shares.push(share),
  });
  expect(failures).toEqual([]);
  expect(seconds).toBeGreaterThanOrEqual(0.2);
  expect(shares.at(-1)).toBeLessThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('a phase that is held goes on, and ends when it is let go', async () => {
  await using fine = await service(() => [city]);
  await using client = new HttpClient([fine.url], 1);
  let asked = 0;
  const { latencies } = await runPhase(client, inTurn(search), new EditLog([city]), ONCE, {
    onProgress: () => asked++,
    isHeld: () => asked < 20,
  });
  expect(latencies.search).toHaveLength(20);
});

describe('the log of edits', () => {
  test('does not ask for what an edit that is still on its way will have made', () => {
    const edits = new EditLog([city]);
    const population = edits.begin(1)!;
    expect(edits.begin(1)).toBeUndefined();
    expect(edits.overdue(city, { at: 100, process: 0 })).toBe(0);
    edits.confirm(1, { population, at: 50, process: 0 });
    expect(edits.overdue(city, { at: 49, process: 0 })).toBe(0);
    expect(edits.overdue(city, { at: 50, process: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(edits.overdue({ ...city, population }, { at: 50, process: 0 })).toBe(0);
    expect(edits.begin(1)).toBe(population + 1);
  });

  test('says how far behind a process is that did not make the edit', () => {
    const edits = new EditLog([city]);
    for (const [at, process] of [
      [50, 0],
      [70, 0],
      [90, 1],
    ] as const) {
      edits.confirm(1, { population: edits.begin(1)!, at, process });
    }
    expect(edits.overdue(city, { at: 80, process: 1 })).toBe(30);
    expect(edits.overdue({ ...city, population: 11 }, { at: 80, process: 1 })).toBe(10);
    expect(edits.overdue({ ...city, population: 12 }, { at: 80, process: 1 })).toBe(0);
    // The last edit is its own.
    expect(edits.overdue({ ...city, population: 12 }, { at: 95, process: 1 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('two processes', () => {
  const page = (answer: () => unknown) => service(({ method }) => (method === 'PATCH' ? city : answer()));

  test('are both asked, and one that is not there is replaced by the other', async () => {
    const counts = [0, 0];
    await using one = await page(() => counts[0]!++);
    await using two = await page(() => counts[1]!++);
    await using client = new HttpClient([one.url, two.url], 1);
    for (let index = 0; index < 40; index++) await client.get('/', { cached: true });
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(client.repeated).toBe(0);
    await two[Symbol.asyncDispose]();
    const answers = [await client.get('/', { cached: true, process: 1 }), await client.get('/', { cached: true })];
    expect(answers.map(({ process }) => process)).toEqual([0, 0]);
    expect(client.repeated).toBeGreaterThan(0);
  });

  test('neither of which is there are an error', async () => {
    const one = await page(() => city);
    const two = await page(() => city);
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    await using client = new HttpClient([one.url, two.url], 1);
    await expect(client.get('/', { cached: true })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each([
    [10_000, 0],
    [0, 3],
  ])(
    'the one that did not make an edit is watched until it shows it; within %i ms that is no failure',
    async (allowedMs, failed) => {
      let asked = 0;
      await using slow = await service(() => ({ ...city, population: asked++ < 3 ? 10 : 11 }));
      await using client = new HttpClient([slow.url, slow.url], 1);
      const edits = new EditLog([city]);
      const check = new StalenessCheck(edits, allowedMs);
      const watch = new EditWatch(client, check);
      const edited = { population: edits.begin(1)!, process: 0, at: performance.now() };
      edits.confirm(1, edited);
      watch.follow({ ...edited, path: '/cities/1' });
      await watch.done();
      expect(watch.seenAfter).toHaveLength(1);
      expect(check.overdue).toHaveLength(3);
      expect(watch.seenAfter[0]).toBeGreaterThan(Math.max(...check.overdue));
      expect(check.failures).toHaveLength(failed);
      for (const failure of check.failures) expect(failure).toMatch(/before an edit, [\d.]+ ms after another process/);
    },
  );

  test('one alone is not watched', async () => {
    await using client = new HttpClient(['http://127.0.0.1:1'], 1);
    expect(new EditWatch(client, new StalenessCheck(new EditLog([city]), 0)).isFree).toBe(false);
  });
});

test('a cached answer that differs from the database’s is found', async () => {
  await using different = await service(({ cached, url }) => [
    { ...city, name: cached && url === '/b' ? 'Roma' : 'Rome' },
  ]);
  await using client = new HttpClient([different.url], 1);
  const ask = inTurn({ ...search, path: '/a' }, { ...search, path: '/b' }, edit, { ...search, kind: 'stats' });
  const { compared, fromCache, failures } = await compareAnswers(client, ask, 5);
  expect({ compared, fromCache }).toEqual({ compared: 2, fromCache: 0 });
  expect(failures).toEqual([expect.stringContaining('/b differs: cache [{"id":1,"name":"Roma"')]);
});

test('a stampede that is not answered alike is found', async () => {
  let asked = 0;
  await using service1 = await service(() => ({ asked: Math.floor(asked++ / 15) }));
  const { failures } = await stampede([service1.url], { path: '/x', callers: 10, cached: true });
  expect(failures).toEqual(['10 callers of /x got 2 answers']);
});
