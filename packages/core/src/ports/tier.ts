import type { Entry } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Keyspace } from './keyspace.ts';
import type { Serializer } from './serializer.ts';

/**
 * A place where entries live: this process's memory, a host's disk, a server. One instance may serve several caches; it
 * is opened once per cache and region and closed with the last cache.
 */
export interface Tier {
  /** Unique in a cache's list of tiers; the label in statistics, events and results. */
  readonly name: string;

  readonly can: TierAbilities;

  /** The longest time that an entry stays here, in milliseconds, unless the entry's own options say otherwise. */
  readonly ttlMs?: number;

  /** How long one command may take, in milliseconds, before the cache goes on without the tier. Default 1,000. */
  readonly commandTimeoutMs?: number;

  /** What the tier brings so that near copies of its entries hear of changes. */
  readonly bus?: Bus;

  /**
   * The part of the tier that belongs to one region of one cache. Opening does not wait and does not fail: what cannot
   * be reached shows in the commands. The same scope opened twice is the same keys.
   */
  open(scope: Scope, host: TierHost): Keyspace;

  /** The same tier over the same entries, its keyspaces answering with values and never with promises. */
  readonly sync?: Pick<Tier, 'open'>;

  /** What is in it, whosever it is, and how much may be; what the tier cannot tell cheaply is left out. */
  usage?(): MaybePromise<TierUsage>;

  /**
   * There when the tier has parts that fail by themselves: how many invalidations it keeps for parts that did not confirm
   * them. It skips such a part, and takes nothing back from it before it has delivered them and reported that. A command
   * that a part did not confirm rejects with `PART_DOWN` (for one item of `setMany`, that is its answer), after the tier
   * has reported why. The cache then goes on with the tier, and keeps by itself no more than the versions of tags.
   */
  readonly undelivered?: number;

  /** A round trip to where the entries live; rejects when there is none. */
  ping(): MaybePromise<void>;

  /** Ends every timer, connection and worker. Idempotent; commands given later fail. */
  close(): MaybePromise<void>;
}

/** What a tier says of itself. The conformance suite holds it to that. */
export interface TierAbilities {
  /** Other processes may see and change the same entries. */
  readonly shared: boolean;
  /** Grants leases (`Keyspace.leases`): loads are coordinated and fenced between all who share the tier. */
  readonly leases: boolean;
  /** Can list its keys (`Keyspace.keys`). */
  readonly lists: boolean;
  /** Entries survive the end of the process. */
  readonly persistent: boolean;
  /** Keeps bytes: values are serialized, never shared by reference. */
  readonly bytes: boolean;
  /** `set`, `delete`, `touch` and `expire` of single keys announce themselves on `bus`, in the same step. */
  readonly announces?: boolean;
  /** The sync view holds up the process while a server answers: it is for `cache.sync` alone, never for an async read. */
  readonly blocking?: boolean;
}

/** How full a tier is. */
export interface TierUsage {
  readonly entries?: number;
  readonly bytes?: number;
  /** Bounds: not there when there is none. */
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}

/** Whose keys. Two scopes are the same exactly when namespace and region are equal; the rest may differ. */
export interface Scope {
  readonly namespace: string;
  /** `''` for the keys of the root. */
  readonly region: string;
  /** The region's or the cache's own serializer, for tiers that keep bytes; else the tier's, else core's. */
  readonly serializer?: Serializer;
}

/** What a cache gives to the tiers that it opens. */
export interface TierHost {
  readonly clock: Clock;
  /** The cache instance, as messages on the bus name it. */
  readonly sender: string;
  /** Whether the cache listens to `Tier.bus`, so that a tier that can announces its changes there. */
  readonly announce: boolean;
  /** What the tier has to say outside of answers. Never throws. */
  report(report: TierReport): void;
}

export type TierReport =
  /** An entry left for another reason than a delete. */
  | { readonly kind: 'evict'; readonly key: string; readonly cause: EvictionCause; readonly entry?: Entry }
  /** What a part of the tier had not confirmed has reached it; copies elsewhere may be older than that. */
  | {
      readonly kind: 'delivered';
      readonly all: boolean;
      readonly keys: readonly string[];
      readonly patterns: readonly string[];
    }
  /** Something was survived: bytes that could not be read, a connection that broke. */
  | { readonly kind: 'error'; readonly error: unknown; readonly key?: string; readonly operation?: string };

/** `size`: the tier was full; `expired`: its time had come; `refused`: admission kept it out, or it was too large. */
export type EvictionCause = 'size' | 'expired' | 'refused';
