/** What one tier did for one region. */
export class TierCounters {
  hits = 0;
  misses = 0;
}

/** Plain counters of one region; they cost an increment. */
export class Counters {
  hits = 0;
  misses = 0;
  staleHits = 0;
  negativeHits = 0;
  sets = 0;
  deletes = 0;
  loads = 0;
  loadErrors = 0;
  /** Milliseconds that factories ran. */
  loadTime = 0;
  joins = 0;
  fenced = 0;
  deferred = 0;
  errors = 0;
}

export interface TierStats {
  readonly hits: number;
  readonly misses: number;
  readonly errors: number;
  /** Entries in the tier; `undefined` where the tier cannot tell without waiting. */
  readonly size: number | undefined;
}

/** A snapshot. On the root it sums up all regions. */
export interface CacheStats {
  /** Lookups that were answered, stale ones too. */
  readonly hits: number;
  readonly misses: number;
  readonly staleHits: number;
  /** Hits on entries that say that there is nothing. */
  readonly negativeHits: number;
  readonly sets: number;
  readonly deletes: number;
  /** Runs of factories. */
  readonly loads: number;
  readonly loadErrors: number;
  /** Milliseconds that factories ran, added up. */
  readonly loadTime: number;
  /** Callers that waited for a load which another had begun. */
  readonly joins: number;
  /**
   * Loaded values that were not stored: something newer had happened, a tier's lease was void, or more than 50,000 loads
   * were under way in the region.
   */
  readonly fenced: number;
  /** Invalidations that a tier did not confirm at once. */
  readonly deferred: number;
  readonly errors: number;
  /** By the tier's name; of the root by its label, which is `name@region` for another tier of that name in a region. */
  readonly tiers: Readonly<Record<string, TierStats>>;
}
