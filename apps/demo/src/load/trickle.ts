import type { City } from '../cities/cities.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { loadUntil } from './load.ts';

/** Some hundred requests a second. */
const CALLERS = 4;
const PAUSE_MS = 15;
const SECONDS = 60;

/**
 * Asks a little and checks every answer, until `signal` ends it: so that there is something to see.
 *
 * @returns what was wrong with an answer, which ends it as well.
 */
export async function trickle(
  { urls, shared }: Deployment,
  cities: readonly City[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  await using running = loadUntil(signal, { urls, cities });
  const allowedMs = shared?.allowed.outage ?? 0;
  const limits = { cached: true, requests: Infinity, seconds: SECONDS, callers: CALLERS, pauseMs: PAUSE_MS, allowedMs };
  try {
    for (let seed = 100; !signal.aborted; seed++) {
      const { failures } = await running.load.call('phase', limits, seed, false);
      if (failures.length > 0) return failures;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return [];
}
