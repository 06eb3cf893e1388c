import type { Backing } from '../service/city-cache.ts';
import { farTier } from '../service/city-cache.ts';
import type { LocalServer } from './local-server.ts';

/** What the processes of the service share. */
export interface SharedServers extends AsyncDisposable {
  /** `redis` or `memcached`. */
  readonly name: string;
  readonly backing: Backing;
  /** What it is and what it promises, for the screen. */
  readonly description: readonly string[];
  /** What it promises beyond that while something is killed. */
  readonly inOutages: readonly string[];
  /** For how long after an edit was answered the other process may show what was before, in milliseconds. */
  readonly allowed: Allowance;
  /** Those that the demo has started, and may kill. */
  readonly own: readonly LocalServer[];
}

export interface Allowance {
  readonly calm: number;
  /** While something is killed, and comes back. */
  readonly outage: number;
}

/** There is no server, and it cannot be started. */
export class NoServerError extends Error {
  override readonly name: string = 'NoServerError';
}

/** @throws what the server answers, or the time-out. */
export async function ping(backing: Backing): Promise<void> {
  const tier = farTier(backing);
  try {
    await tier.ping();
  } finally {
    await tier.close();
  }
}

/**
 * Makes sure that servers which somebody named are there.
 *
 * @throws NoServerError
 */
export async function checkGiven(variable: string, backing: Backing): Promise<void> {
  try {
    await ping(backing);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoServerError(`What ${variable} names cannot be used: ${reason}`, { cause: error });
  }
}
