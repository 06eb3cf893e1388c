import type { Allowance } from '../servers/shared-servers.ts';

/** The service as it runs, in one process or in two. */
export interface Deployment extends AsyncDisposable {
  /** Where it listens: an address for each process. */
  readonly urls: readonly string[];
  /** Pages that show what the cache does, one for each process. */
  readonly dashboards: readonly string[];
  /** What the processes share, where there are two. */
  readonly shared: Sharing | undefined;
  /** Entries of an earlier run that the cache began with. */
  readonly kept: number;
  /** What it did so far, all processes together. Only ever grows. */
  counters(): Promise<Counters>;
}

export interface Counters {
  readonly databaseQueries: number;
  /** By the name of the tier, the nearest first. */
  readonly tiers: Readonly<Record<string, TierCounters>>;
}

export interface TierCounters {
  readonly hits: number;
  readonly misses: number;
}

export interface Sharing {
  /** What is shared and what that promises, for the screen. */
  readonly description: readonly string[];
  readonly inOutages: readonly string[];
  readonly allowed: Allowance;
  /** What can be taken away in the middle of the load. */
  readonly outages: readonly Outage[];
}

/** Something that is killed, and comes back. */
export interface Outage {
  readonly title: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export function sum(all: readonly Counters[]): Counters {
  const names = new Set(all.flatMap(({ tiers }) => Object.keys(tiers)));
  const total = (figure: (counters: Counters) => number | undefined): number =>
    all.reduce((so, counters) => so + (figure(counters) ?? 0), 0);
  return {
    databaseQueries: total(({ databaseQueries }) => databaseQueries),
    tiers: Object.fromEntries(
      [...names].map((name) => [
        name,
        { hits: total(({ tiers }) => tiers[name]?.hits), misses: total(({ tiers }) => tiers[name]?.misses) },
      ]),
    ),
  };
}
