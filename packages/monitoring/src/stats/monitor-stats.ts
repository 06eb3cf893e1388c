import type { EvictionCause, TierUsage } from '@uno-cache/core';

/** Shares of lookups, 0..1; 0 before the first lookup. */
export interface HitRates {
  /** Of all lookups, those that some tier answered. A tier of this name is found in `tiers` only. */
  readonly overall: number;
  /** By the tier's label: of the lookups that came as far as this tier, those that it answered. */
  readonly [tier: string]: number;
}

/** Runs of factories. */
export interface FactoryStats {
  readonly runs: number;
  readonly errors: number;
  /** Milliseconds that factories ran, added up. */
  readonly timeMs: number;
  /** Of one run; 0 before the first. */
  readonly meanMs: number;
}

/** Entries that a tier let go, by cause. */
export type Evictions = Readonly<Record<EvictionCause, number>>;

/** What one tier did, for the whole cache or for one of its regions. */
export interface TierNumbers {
  readonly hits: number;
  readonly misses: number;
  readonly hitRate: number;
  /** Failed commands, of all regions. */
  readonly errors: number;
  readonly evictions: Evictions;
  /** Entries of this cache or region; `undefined` where the tier cannot tell, or not without waiting (`getStatsAsync`). */
  readonly size: number | undefined;
}

/** A tier as a whole. */
export interface TierTotals extends TierNumbers {
  /** Entries and bytes of everything in the tier, other caches' too, and their bounds, as far as it can tell. */
  readonly usage: TierUsage | undefined;
  /** Invalidations that are kept until the tier takes them. */
  readonly undelivered: number;
}

/** Exact counters of one region since the cache was created. */
export interface RegionStats {
  readonly hitRate: HitRates;
  /** Lookups that were answered, stale ones too. */
  readonly hits: number;
  readonly misses: number;
  readonly staleHits: number;
  /** Hits on entries that say that the source has nothing. */
  readonly negativeHits: number;
  readonly sets: number;
  readonly deletes: number;
  readonly factory: FactoryStats;
  /** Callers that waited for a load which another had begun. */
  readonly joins: number;
  /** Loaded values that were not stored because something newer had happened. */
  readonly fenced: number;
  /** Invalidations that a tier did not confirm at once. */
  readonly deferred: number;
  readonly errors: number;
  readonly evictions: Evictions;
  /**
   * What the hits would have cost: `hits × factory.meanMs`, region by region. An estimate: it takes what is found for as
   * dear to load as what is not. 0 before the first run of a factory.
   */
  readonly savedTimeMs: number;
  /** Entries by the tier's label. */
  readonly size: Readonly<Record<string, number | undefined>>;
  /** By label. */
  readonly tiers: Readonly<Record<string, TierNumbers>>;
}

/** A snapshot of a cache: its regions added up, and each by itself. Evictions count from when the monitor was created. */
export interface MonitorStats extends RegionStats {
  /** The cache's name. */
  readonly cache: string;
  /** Epoch milliseconds of the snapshot. */
  readonly at: number;
  /** When the monitor was created, epoch milliseconds. */
  readonly since: number;
  readonly tiers: Readonly<Record<string, TierTotals>>;
  /** By name; `''` is the root's own keys. */
  readonly regions: Readonly<Record<string, RegionStats>>;
}
