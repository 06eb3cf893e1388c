import { createCache } from '@uno-cache/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { startChild } from './child.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

const PROCESSES = 8;
const CALLERS = 1_000;
const KEYS = 100;
/** Eight processes start in the time that a machine with two processors needs for it. */
const START_MS = 4_000;

let servers: TestServer[];
beforeEach(async () => {
  servers = await Promise.all([startServer(), startServer(), startServer()]);
});
afterEach(() => Promise.all(servers.map((server) => server.stop())));

const addresses = (): string[] => servers.map(({ address }) => address);

/** How often factories ran, and whether every caller got its key's value. */
interface Outcome {
  readonly runs: number;
  readonly isRight: boolean;
}

/** Begins in all processes at once; `meanwhile` when the first factory runs. */
async function stampede(meanwhile?: () => Promise<void>): Promise<Outcome> {
  const startAt = Date.now() + START_MS;
  const children = Array.from({ length: PROCESSES }, () =>
    startChild('stampede', addresses().join(), CALLERS, KEYS, startAt),
  );
  if (meanwhile !== undefined) {
    await Promise.race(children.map((child) => child.says('loading')));
    await meanwhile();
  }
  const outcomes = await Promise.all(children.map((child) => child.result<Outcome>()));
  return {
    runs: outcomes.reduce((sum, { runs }) => sum + runs, 0),
    isRight: outcomes.every(({ isRight }) => isRight),
  };
}

it(`${PROCESSES} processes with ${CALLERS} callers each run the factories of ${KEYS} cold keys ${KEYS} times`, async () => {
  expect(await stampede()).toEqual({ runs: KEYS, isRight: true });
}, 60_000);

it('a server that dies meanwhile costs loads, and no answer', async () => {
  const { runs, isRight } = await stampede(() => servers[0]!.kill());
  console.log(`${KEYS} cold keys, one of three servers killed: ${runs} loads in ${PROCESSES} processes`);
  expect(isRight).toBe(true);
  // Only the keys of the dead server may be loaded by more than one.
  expect(runs).toBeLessThan((KEYS * PROCESSES) / 2);
}, 60_000);

it('a holder that was paused past its lease lands nothing, and the next one loads', async () => {
  const child = startChild('paused', addresses().join());
  await child.says('loading');
  child.process.kill('SIGSTOP');
  await using cache = createCache({
    namespace: 'paused',
    tiers: [memcached({ servers: addresses() })],
    leaseTtl: '400ms',
  });
  expect(await cache.getOrSet('k', () => 'of the next')).toBe('of the next');
  child.process.kill('SIGCONT');
  await child.says('answered of the paused, fenced 1');
  expect(await cache.get('k')).toBe('of the next');
}, 30_000);

it('a holder that was killed is waited for no longer than its lease', async () => {
  const child = startChild('paused', addresses().join());
  await child.says('loading');
  child.process.kill('SIGKILL');
  await using cache = createCache({
    namespace: 'paused',
    tiers: [memcached({ servers: addresses() })],
    leaseTtl: '400ms',
  });
  const began = performance.now();
  expect(await cache.getOrSet('k', () => 'of the next')).toBe('of the next');
  expect(performance.now() - began).toBeLessThan(2_000);
}, 30_000);
