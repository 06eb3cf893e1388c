import type { Counters } from '../deployment/deployment.ts';

/** What the service did while something else went on. */
export type Measurement = Counters;

/** The counters only ever grow, so what happened is a difference. */
export async function measure<T>(counters: () => Promise<Counters>, what: () => Promise<T>): Promise<T & Measurement> {
  const before = await counters();
  const result = await what();
  const after = await counters();
  return {
    ...result,
    databaseQueries: after.databaseQueries - before.databaseQueries,
    tiers: tiersSince(before, after),
  };
}

function tiersSince(before: Counters, after: Counters): Measurement['tiers'] {
  const since = Object.entries(after.tiers).map(([name, { hits, misses }]) => {
    const then = before.tiers[name];
    return [name, { hits: hits - (then?.hits ?? 0), misses: misses - (then?.misses ?? 0) }] as const;
  });
  return Object.fromEntries(since);
}
