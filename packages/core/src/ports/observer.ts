import type { Cache } from '../cache.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Clock } from './clock.ts';
import type { TierAbilities, TierUsage } from './tier.ts';

/**
 * What looks on while a cache works: a monitor. `observe(cache, observer)` in `@uno-cache/core/adapter` attaches it.
 *
 * Its methods are called in the middle of operations, of the hit in the nearest tier too: they must be quick, must not
 * throw and must not call the cache. Counters, and what is rare, come without it: `cache.stats()` and `cache.on()`.
 */
export interface Observer {
  /** A clock for durations, in milliseconds with a fraction, that never steps: `performance.now`. */
  now(): number;

  /**
   * A key is looked up (`get`, `getOrSet`, each key of `getMany` and `getOrSetMany`), before anything is known of it.
   *
   * @returns whether this lookup is to be timed, should the nearest tier answer it. Clock reads cost more than the hit,
   * so a monitor takes samples.
   */
  lookup(region: string, key: string): boolean;

  /** A lookup that was to be timed has been answered by the nearest tier. */
  nearHit(region: string, tier: string, key: string, durationMs: number): void;

  /** A tier has answered a command of the engine (`get`, `getMany`, `set`, `delete`, `lease`, `fill` …), or failed it. */
  command(tier: string, operation: string, durationMs: number, failed: boolean): void;

  /**
   * A value is about to be stored, by a set or by a load; `undefined` for a negative entry. Once for
   * all tiers, and not for copies between them.
   *
   * @param bytes - its size as serialized, where a tier keeps bytes.
   */
  storing(
    region: string,
    key: string,
    value: unknown,
    how: { readonly isLoaded: boolean; readonly bytes?: number },
  ): void;

  /** The cache closes: nothing more will be told. */
  closed(): void;
}

/** An observer's hold on its cache. */
export interface Observation {
  /** The cache's name. */
  readonly cache: string;
  /** The cache as a whole, also when one of its regions was given. */
  readonly root: Cache;
  readonly clock: Clock;
  /** Regions by name, `''` (the root) first, without those that have no tiers. */
  readonly regions: readonly ObservedRegion[];
  /** What the tiers are like at this moment; a tier of several regions comes once. */
  tiers(): readonly ObservedTier[];
  /** What the buses are like at this moment. */
  buses(): readonly ObservedBus[];
  /** Takes the observer away. Idempotent. */
  stop(): void;
}

export interface ObservedRegion {
  readonly name: string;
  /** Labels of its tiers (`ObservedTier.label`), nearest first. */
  readonly tiers: readonly string[];
}

export interface ObservedTier {
  /** Unique in the cache: the tier's name, with its first region's behind an `@` when another tier has the same name. */
  readonly label: string;
  readonly name: string;
  readonly can: TierAbilities;
  /** Entries and bytes, and their bounds, as far as the tier can tell. */
  usage(): MaybePromise<TierUsage>;
  /** `open`: it failed and is skipped until a probe in the background succeeds. */
  readonly breaker: 'open' | 'closed';
  /** When the breaker changed last, in epoch milliseconds; 0 when it never did. */
  readonly changedAt: number;
  /** What it failed with last. */
  readonly lastError: unknown;
  /** Failed commands so far. */
  readonly errors: number;
  /** Invalidations that are kept until the tier takes them. */
  readonly undelivered: number;
  /** A round trip to where the entries live: milliseconds by the observer's clock. Rejects with `TIMEOUT` or `TIER_FAILED`. */
  probe(): Promise<number>;
}

export interface ObservedBus {
  /** Unique in the cache. */
  readonly label: string;
  /**
   * Everything published before this moment has been received, in epoch milliseconds of this process's clock: `-Infinity`
   * before the bus has said anything and after a gap, `Infinity` where messages cannot get lost.
   */
  readonly currentAsOf: number;
  /** How often messages may have been lost, and why and when last. */
  readonly gaps: number;
  readonly lastGap: { readonly at: number; readonly reason: string } | undefined;
  /** Messages of this process that the bus has not taken yet. */
  readonly unsent: number;
  /** A probe of the way there and back, as `ObservedTier.probe`; `BUS_FAILED`. */
  probe(): Promise<number>;
}
