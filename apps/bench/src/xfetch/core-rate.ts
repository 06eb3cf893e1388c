import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';

const LOAD_MS = 1_000;
const TTL_MS = 60_000;

/**
 * How often `getOrSet` of core with `earlyRefresh: beta` refreshes when a hit comes `gap` before the end, in units of
 * the time that a load takes. The paper's rule says `e^(-gap / beta)`.
 */
export async function coreRefreshRate(beta: number, gap: number, trials: number, seed: number = 1): Promise<number> {
  const clock = manualClock(0, seed);
  await using cache = createCache({ tiers: [memory({ maxEntries: trials })], ttl: '60s', earlyRefresh: beta, clock });
  let refreshes = 0;
  for (let trial = 0; trial < trials; trial++) {
    const key = `key ${trial}`;
    await cache.getOrSet(key, () => {
      clock.advance(LOAD_MS);
      return trial;
    });
    const expiresAt = (await cache.getEntry(key))?.expiresAt ?? clock.now() + TTL_MS;
    clock.set(expiresAt - gap * LOAD_MS);
    let isRefreshed = false;
    await cache.getOrSet(key, () => {
      isRefreshed = true;
      return trial;
    });
    await clock.flush();
    if (isRefreshed) refreshes++;
  }
  return refreshes / trials;
}
