import type { Cache, Clock } from '@uno-cache/core';
import { createCache, systemClock } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedisOptions } from '../src/index.ts';
import { redis } from '../src/index.ts';
import type { TestCluster } from './start-cluster.ts';
import { eventually, startCluster } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

const TTL_MS = 60_000;
/** What two clocks may differ by unnoticed, and what reading them takes. */
const TOLERANCE_MS = 1_000;

/** This machine's clock, set wrong. */
interface WrongClock extends Clock {
  byMs: number;
}

function wrongClock(byMs: number): WrongClock {
  const clock: WrongClock = {
    byMs,
    now: () => systemClock.now() + clock.byMs,
    random: () => systemClock.random(),
    setTimer: (callback, delayMs, background) => systemClock.setTimer(callback, delayMs, background),
  };
  return clock;
}

describe('a process that only reads knows when entries end, whatever its clock says', () => {
  let server: Server;
  let cluster: TestCluster;
  const caches: Cache[] = [];
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startServer(), startCluster()]);
  }, 30_000);
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });
  afterAll(async () => {
    await Promise.all([server.stop(), cluster.stop()]);
  });

  function open(where: RedisOptions, clock: Clock = systemClock): Cache {
    const cache = createCache({ namespace: 'time', tiers: [memory(), redis(where)], clock });
    caches.push(cache);
    return cache;
  }

  /** How long the entry lasts from now, by the reader's own clock. */
  async function lasts(reader: Cache, clock: Clock, key: string): Promise<number> {
    await reader.get(key);
    return (await reader.getEntry(key))!.expiresAt - clock.now();
  }

  const isRight = (ms: number): boolean => ms > TTL_MS - 10_000 && ms < TTL_MS + TOLERANCE_MS;

  it.each([-600_000, 600_000])(
    'when its clock is %d ms off',
    async (byMs) => {
      for (const where of [{ url: server.url }, { cluster: cluster.nodes }]) {
        const clock = wrongClock(byMs);
        const [writer, reader, batches] = [open(where), open(where, clock), open(where, clock)];
        await eventually(async () => {
          await writer.set('k', 1, { ttl: TTL_MS / 1_000 });
          return (await writer.get('k')) === 1;
        });
        expect(await lasts(reader, clock, 'k')).toSatisfy(isRight);
        expect((await batches.getMany(['k'])).get('k')).toBe(1);
        expect(await lasts(batches, clock, 'k')).toSatisfy(isRight);
      }
    },
    30_000,
  );

  it.each([-600_000, 600_000])('when its clock steps by %d ms', async (byMs) => {
    const clock = wrongClock(0);
    const [writer, reader] = [open({ url: server.url }), open({ url: server.url }, clock)];
    for (const key of ['before', 'after']) await writer.set(key, 1, { ttl: TTL_MS / 1_000 });
    expect(await lasts(reader, clock, 'before')).toSatisfy(isRight);
    clock.byMs = byMs;
    expect(await lasts(reader, clock, 'after')).toSatisfy(isRight);
  });
});
