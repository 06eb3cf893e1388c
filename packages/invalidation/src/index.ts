export type { EntitiesOf, EventPair, EventsOf, IncomingEvent } from './act/invalidator.ts';
export { Invalidator, invalidator } from './act/invalidator.ts';
export type { InvalidationReport, TargetOutcome } from './act/report.ts';
export type { EntityRules, PatternBasedOptions } from './entities/pattern-based.ts';
export { PatternBased, patternBased } from './entities/pattern-based.ts';
export type { RelatedIds, Relations } from './entities/relations.ts';
export { EventBased, eventBased } from './events/event-based.ts';
export { TagBased, tagBased } from './events/tag-based.ts';
export type { BusMembershipOptions } from './owner/bus-membership.ts';
export { BusMembership, busMembership } from './owner/bus-membership.ts';
export type { HotKeyOwnerOptions } from './owner/hot-key-owner.ts';
export { HotKeyOwner, hotKeyOwner } from './owner/hot-key-owner.ts';
export type { Membership } from './owner/membership.ts';
export type { BoundedLoadOptions } from './ring/bounded-load.ts';
export { BoundedLoad, boundedLoad } from './ring/bounded-load.ts';
export type { HashRingOptions } from './ring/hash-ring.ts';
export { HashRing, hashRing } from './ring/hash-ring.ts';
export type { ShardedOptions } from './sharded/sharded.ts';
export { sharded } from './sharded/sharded.ts';
export type {
  DomEmitter,
  EmitterLike,
  EmitterOptions,
  EventSink,
  NodeEmitter,
  Subscription,
} from './sources/emitter-source.ts';
export type { EntityId, Strategy, StrategyOptions, Target } from './strategy.ts';
export type { EventRules, FieldValue, PayloadOf, PayloadsOf, TargetFunction, TargetRule } from './template/payload.ts';
export type { TimeBasedOptions, TtlRule } from './time/time-based.ts';
export { TimeBased, timeBased } from './time/time-based.ts';
export type { Schedule, ScheduledTtl } from './time/until.ts';
export { until } from './time/until.ts';
