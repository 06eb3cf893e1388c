import type { Entry } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Clock } from '../ports/clock.ts';
import type { Keyspace } from '../ports/keyspace.ts';
import type { Observer } from '../ports/observer.ts';
import type { Scope } from '../ports/tier.ts';
import { attachments, wasLeftSince } from './attachments.ts';
import type { Announcement } from './bus-handle.ts';
import type { TierCounters } from './counters.ts';
import { Counters } from './counters.ts';
import type { CacheEventName, CacheEvents, Events } from './events.ts';
import { Flights } from './flights.ts';
import { TagBook } from './tag-book.ts';
import type { TierHandle } from './tier-handle.ts';

/** One tier of a region, 0 being the nearest. */
export interface Level {
  readonly index: number;
  readonly handle: TierHandle;
  readonly counters: TierCounters;
}

/** A region's keyspaces, by level, as one driver uses them: asynchronously, or by the tiers' sync views. */
export interface Lane {
  readonly spaces: readonly Keyspace[];
  /** Whether any of them keeps bytes. */
  readonly keepsBytes: boolean;
}

/** What an error was about. */
export interface ErrorSubject {
  readonly operation: string;
  readonly key?: string | undefined;
  readonly tier?: string | undefined;
}

/** What all regions of an engine share. */
export interface RegionContext {
  readonly clock: Clock;
  readonly name: string;
  /** The cache instance in messages and leases. */
  readonly sender: string;
  readonly leaseTtlMs: number;
  readonly leaseWaitMs: number;
  readonly maxStalenessMs: number;
  readonly isClosed: boolean;
  /** @throws CacheError `CLOSED` */
  checkOpen(): void;
  /** Publishes to the buses of the region's tiers; `announced` names a tier that has done so by itself. */
  publish(region: Region, message: Announcement, announcedBy?: TierHandle): MaybePromise<void>;
  /** Tells of something that no caller hears of. */
  reportError(region: Region, error: CacheError, about: ErrorSubject): void;
}

/** The engine's state of one region: its tiers, its defaults, and what is under way. */
export class Region {
  readonly #nearest: Keyspace | undefined;
  readonly context: RegionContext;
  readonly scope: Scope;
  readonly defaults: Plan;
  readonly levels: readonly Level[];
  readonly tierNames: readonly string[];
  readonly async: Lane;
  /** `undefined` when a tier has no sync view. */
  readonly sync: Lane | undefined;
  readonly events: Events;
  readonly counters: Counters = new Counters();
  readonly flights: Flights = new Flights();
  readonly book: TagBook = new TagBook();
  /** Tokens of failed loads, which stand as back-off for others; this process may take them up again. */
  readonly backoff: Map<string, string> = new Map();
  /** Keys that a sync factory is loading, up the stack. */
  readonly syncLoading: Set<string> = new Set();
  /** Who looks on, if anybody does. */
  observer: Observer | undefined;
  /**
   * Until when near copies are as good as the truth: the bus moves it. Always, when there is no farther tier to copy
   * from.
   */
  vouchedUntil: number;
  /** Whether a bus tells what others invalidate. */
  isTold: boolean = false;
  /** Whether a factory has named tags, so that others may do so. */
  namesTags: boolean = false;

  constructor(init: {
    context: RegionContext;
    scope: Scope;
    defaults: Plan;
    levels: readonly Level[];
    async: Lane;
    sync: Lane | undefined;
    nearest: Keyspace | undefined;
    events: Events;
  }) {
    this.context = init.context;
    this.scope = init.scope;
    this.defaults = init.defaults;
    this.levels = init.levels;
    this.tierNames = init.levels.map(({ handle }) => handle.name);
    this.async = init.async;
    this.sync = init.sync;
    this.#nearest = init.nearest;
    this.events = init.events;
    this.vouchedUntil = init.levels.length === 1 ? Infinity : -Infinity;
  }

  emit<E extends CacheEventName>(event: E, payload: Omit<CacheEvents[E], 'cache' | 'region'>): void {
    const subject = { cache: this.context.name, region: this.name };
    this.events.emit(event, { ...payload, ...subject } as CacheEvents[E], (error) => {
      this.context.reportError(this, listenerFailed(event, error), { operation: `on ${event}` });
    });
  }

  /** `''` is the root. */
  get name(): string {
    return this.scope.region;
  }

  /** The first tier's keyspace, if that tier answers at once, whatever the others can. */
  get nearest(): Keyspace | undefined {
    return this.#nearest;
  }

  get last(): number {
    return this.levels.length - 1;
  }

  /** The farthest tier: it decides, gives the versions and keeps those of the tags. */
  get authority(): Level {
    return this.levels[this.levels.length - 1] as Level;
  }

  /** Whether a nearer tier's copy may be taken without asking farther. */
  vouches(copy: Entry, now: number): boolean {
    return (
      now < this.vouchedUntil || now < copy.checkedAt + this.context.maxStalenessMs || !this.isContended(this.authority)
    );
  }

  /** Whether others than this engine may change what the tier holds. */
  isContended(level: Level): boolean {
    return level.handle.tier.can.shared || attachments(level.handle.tier) > 1;
  }

  /** Whether fills have to be fenced by the tier: others may change it, or commands may pass each other on their way. */
  isFenced(level: Level): boolean {
    return this.isContended(level) || level.handle.tier.sync === undefined;
  }

  /**
   * Whether a fill needs a fence that was given when what it stores was begun, after so many `departures()`: a cache that
   * has closed since may have invalidated it.
   */
  needsFence(level: Level, departed: number): boolean {
    return this.isFenced(level) || wasLeftSince(level.handle.tier, departed);
  }
}

function listenerFailed(event: string, cause: unknown): CacheError {
  return new CacheError('LISTENER_FAILED', `A listener of "${event}" threw.`, { cause });
}
