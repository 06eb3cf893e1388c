import type { Duration } from '../adapter/duration.ts';
import type { Cache } from '../cache.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Serializer } from '../ports/serializer.ts';
import type { Tier } from '../ports/tier.ts';
import type { EntryDefaults } from './entry-options.ts';

/** A part of a cache with its own keys, and with what it does not share with its parent. */
export interface RegionOptions extends EntryDefaults {
  /** Nearest first; the parent's when not given. */
  readonly tiers?: readonly Tier[];
  /** For tiers that keep bytes; else the cache's, else the tier's own. */
  readonly serializer?: Serializer;
}

/** What `createCache()` takes. The fields of `EntryDefaults` are the defaults of every entry. */
export interface CacheOptions<R extends string = string> extends EntryDefaults {
  /** The label in statistics and events. @defaultValue `'cache'` */
  readonly name?: string;
  /** Keeps the keys of several applications apart in tiers that they share. @defaultValue the name */
  readonly namespace?: string;
  /** Nearest first. At least one, unless every key lives in a region with tiers of its own. */
  readonly tiers?: readonly Tier[];
  /** Replaces what the tiers bring; `false` for none. */
  readonly bus?: Bus | false;
  /** For tiers that keep bytes, over their own. */
  readonly serializer?: Serializer;
  readonly regions?: Readonly<Record<R, RegionOptions>>;
  /** How long a load's lease lasts without being renewed; more than any pause of a healthy process. @defaultValue `'5s'` */
  readonly leaseTtl?: Duration;
  /** How long a call waits for another process's load before it loads without storing. @defaultValue `'10s'` */
  readonly leaseWait?: Duration;
  /** How much older than the truth a near copy may be while the bus is silent. @defaultValue `'10s'` */
  readonly maxStaleness?: Duration;
  /** What is attached to the cache once it is made, and closed with it: monitors and the like. */
  readonly extensions?: readonly CacheExtension[];
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

/**
 * Is called with the new cache. What it throws reaches the caller of `createCache()`, with everything closed again.
 *
 * @returns what is to be closed with the cache, before its tiers are; nothing when there is nothing.
 */
export type CacheExtension = (cache: Cache) => { close(): MaybePromise<void> } | undefined | void;

export const CACHE_OPTION_NAMES: readonly (keyof CacheOptions)[] = Object.freeze([
  'name',
  'namespace',
  'tiers',
  'bus',
  'serializer',
  'regions',
  'leaseTtl',
  'leaseWait',
  'maxStaleness',
  'extensions',
  'clock',
]);

export const REGION_OPTION_NAMES: readonly (keyof RegionOptions)[] = Object.freeze(['tiers', 'serializer']);
