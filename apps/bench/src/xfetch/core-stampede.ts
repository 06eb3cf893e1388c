import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { seededRandom } from '../zipf.ts';
import type { Scenario, Stampede } from './simulate.ts';

const LOAD_MS = 1_000;
/** So many that one of them is hardly ever asked while it loads: the requests of the paper know nothing of each other. */
const CLIENTS = 1_000;
const KEY = 'hot';

/**
 * The scenario of `simulate`, played by core: many caches with `earlyRefresh` over one shared tier, without the leases
 * that would keep their loads apart.
 */
export async function coreStampede(
  { beta, requestsPerLoad, ttl, cycles }: Scenario,
  seed: number = 1,
): Promise<Stampede> {
  const clock = manualClock(0, seed);
  const random = seededRandom(seed);
  const shared = memory();
  const clients = Array.from({ length: CLIENTS }, () =>
    createCache({ namespace: 'n', tiers: [shared], ttl, earlyRefresh: beta, lease: false, clock }),
  );
  let started: number[] = [];
  let doneAt = Infinity;
  const load = async (): Promise<string> => {
    started.push(clock.now());
    await new Promise<void>((resolve) => clock.setTimer(resolve, LOAD_MS, false));
    doneAt = Math.min(doneAt, clock.now());
    return 'value';
  };
  const total = { size: 0, waited: 0, gap: 0 };
  await Promise.all([clients[0]!.getOrSet(KEY, load), clock.advanceAsync(LOAD_MS)]);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const expiresAt = await endOf(clients[0]!);
    clock.advance(Math.max(0, expiresAt - eventlessMs(beta, requestsPerLoad) - clock.now()));
    started = [];
    doneAt = Infinity;
    while (doneAt === Infinity) {
      const waitMs = (-Math.log(1 - random()) * LOAD_MS) / requestsPerLoad;
      if (started.length > 0) await clock.advanceAsync(waitMs);
      else clock.advance(waitMs);
      if (doneAt < Infinity) break;
      void clients[Math.floor(random() * CLIENTS)]!.getOrSet(KEY, load);
      if (clock.now() >= expiresAt) await clock.flush();
    }
    total.size += started.length;
    total.waited += started.filter((at) => at >= expiresAt).length;
    total.gap += Math.max(0, expiresAt - started[0]!) / LOAD_MS;
    await clock.advanceAsync(2 * LOAD_MS);
  }
  await Promise.all(clients.map((client) => client.close()));
  return { size: total.size / cycles, waited: total.waited / cycles, gap: total.gap / cycles };
}

/** How long before the end the first refresh hardly ever comes: once in 3,000 cycles. What is before need not be played. */
function eventlessMs(beta: number, requestsPerLoad: number): number {
  return LOAD_MS * beta * (Math.max(0, Math.log(requestsPerLoad * beta)) + 8);
}

async function endOf(cache: Cache): Promise<number> {
  const entry = await cache.getEntry(KEY);
  if (entry === undefined) throw new Error('The key should have been loaded.');
  return entry.expiresAt;
}
