export type { ByteSize } from './adapter/byte-size.ts';
export type { Duration } from './adapter/duration.ts';
export type { Cache, Entries, EntryInfo, SyncCache } from './cache.ts';
export { createCache } from './create-cache.ts';
export { getCache, setDefaultCache } from './default-cache.ts';
export type { ManyLoaded, ManyLoader } from './engine/batch-load.ts';
export type { CacheStats, TierStats } from './engine/counters.ts';
export type { CacheEventName, CacheEvents, CacheListener } from './engine/events.ts';
export { CACHE_EVENTS } from './engine/events.ts';
export type { Factory, FactoryContext, SyncFactory } from './engine/factory.ts';
export type { InvalidationResult } from './engine/invalidate.ts';
export type { Entry, TagVersion } from './entry/entry.ts';
export type { CacheErrorCode } from './errors.ts';
export { CacheError } from './errors.ts';
export type { MaybePromise } from './maybe-promise.ts';
export type { CacheExtension, CacheOptions, RegionOptions } from './options/cache-options.ts';
export type { EntryDefaults, EntryOptions } from './options/entry-options.ts';
export type {
  Bus,
  BusLink,
  BusMessage,
  BusReceiver,
  ChangeMessage,
  ClearMessage,
  DeleteMessage,
  PatternMessage,
  SeenKey,
  Sighting,
  TagsMessage,
} from './ports/bus.ts';
export type { Clock, Timer } from './ports/clock.ts';
export type {
  Keyspace,
  KeyspaceItem,
  LeaseAnswer,
  LeaseGrant,
  LeaseRequest,
  Leases,
  Versions,
} from './ports/keyspace.ts';
export type { Observation, ObservedBus, ObservedRegion, ObservedTier, Observer } from './ports/observer.ts';
export type { Serializer } from './ports/serializer.ts';
export type { EvictionCause, Scope, Tier, TierAbilities, TierHost, TierReport, TierUsage } from './ports/tier.ts';
export { taggedJson } from './serializer/tagged-json.ts';
export { systemClock } from './system-clock.ts';
