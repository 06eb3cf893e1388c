import type { Clock, Entry, Keyspace } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

let server: TestServer;
const closes: (() => unknown)[] = [];
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  for (const close of closes) await close();
  await server.stop();
});

/** A process whose clock is wrong by so much. */
function processWith(skewMs: number): Keyspace {
  const tier = memcached({ servers: server.address });
  closes.push(() => tier.close());
  const clock: Clock = {
    now: () => systemClock.now() + skewMs,
    random: () => systemClock.random(),
    setTimer: (callback, delayMs, background) => systemClock.setTimer(callback, delayMs, background),
  };
  return tier.open({ namespace: 'skew', region: '' }, { clock, sender: 'test', announce: false, report: () => {} });
}

function entryOf(value: unknown): Entry {
  const times = { createdAt: 0, freshUntil: Infinity, staleMs: 0, usableMs: 0, slidingMs: 0, slidesUntil: Infinity };
  return { value, negative: false, version: 0, cost: 0, tags: undefined, checkedAt: 0, ...times };
}

it('versions grow with each write, whichever process writes, and however wrong its clock is', async () => {
  const processes = [processWith(3_600_000), processWith(0), processWith(-3_600_000)];
  let last = 0;
  for (let round = 0; round < 12; round++) {
    const version = await processes[round % 3]!.set('k', entryOf(round), Date.now());
    expect(version).toBeGreaterThan(last);
    last = version;
  }
});

it('of writes by many processes at once the one with the greatest version stands', async () => {
  const processes = Array.from({ length: 10 }, (_, index) => processWith(index * 1_000));
  const versions = await Promise.all(
    processes.map(async (keys, index) => keys.set('race', entryOf(index), Date.now())),
  );
  expect(new Set(versions).size).toBe(processes.length);
  const found = await processes[0]!.get('race', Date.now());
  expect(found?.version).toBe(Math.max(...versions));
  expect(found?.value).toBe(versions.indexOf(found?.version ?? 0));
});
