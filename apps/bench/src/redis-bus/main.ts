/*
 * What the bus costs a redis-server of this machine: its processor time for a set of 200 bytes, 64 at once, without messages, with
 * them, and with processes that listen.
 *
 *   npx -y pnpm@12.21.0 bench redis-bus
 */

import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { redis } from '@uno-cache/redis';
import { Redis } from 'ioredis';
import { startLocalServer } from '../redis/local-server.ts';
import { median } from '../rounds.ts';

const SETS = 20_000;
const AT_ONCE = 64;
const ROUNDS = 5;
const VALUE = 'x'.repeat(200);
/** For what connections take when they begin. */
const SETTLING_MS = 500;

const server = await startLocalServer();
const admin = new Redis(server.port, '127.0.0.1');

/** Seconds of the server's processor time so far. */
async function cpuTime(): Promise<number> {
  const text = await admin.info('cpu');
  return [...text.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

function open(bus: boolean): Cache {
  const tiers = [memory(), redis({ url: server.url, bus })];
  return createCache({ namespace: 'cost', tiers, ttl: '1h', ...(bus ? {} : { bus: false }) });
}

/** Microseconds of the server's time for one set. */
async function costOfSet(bus: boolean, listeners: number): Promise<number> {
  const writer = open(bus);
  const others = Array.from({ length: listeners }, () => open(bus));
  for (const cache of [writer, ...others]) await cache.set('warm', 1);
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  const before = await cpuTime();
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < SETS) await writer.set(`k${next++ % 1_000}`, VALUE);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  const spent = (await cpuTime()) - before;
  await Promise.all([writer, ...others].map((cache) => cache.close()));
  return (spent * 1e6) / SETS;
}

const cases: readonly (readonly [name: string, bus: boolean, listeners: number])[] = [
  ['no bus', false, 0],
  ['bus, nobody else listens', true, 0],
  ['bus, 8 more listen', true, 8],
];
const samples = cases.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, [, bus, listeners]] of cases.entries()) samples[index]!.push(await costOfSet(bus, listeners));
}
console.log(`\nthe server's processor time for a set, median of ${ROUNDS} rounds`);
for (const [index, [name]] of cases.entries()) {
  console.log(`  ${name.padEnd(26)} ${median(samples[index]!).toFixed(1).padStart(6)} µs`);
}

admin.disconnect();
server.stop();
