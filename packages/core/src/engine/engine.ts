import { randomToken } from '../adapter/random-token.ts';
import type { Cache } from '../cache.ts';
import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { CacheExtension, CacheOptions, RegionOptions } from '../options/cache-options.ts';
import type { Plan } from '../options/entry-options.ts';
import { BUILT_IN, resolveDefaults } from '../options/entry-options.ts';
import { warn } from '../platform.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observer } from '../ports/observer.ts';
import type { Scope, Tier, TierHost, TierReport } from '../ports/tier.ts';
import { attach, detach } from './attachments.ts';
import type { Announcement, BusHandle } from './bus-handle.ts';
import { announcesItself, Buses } from './buses.ts';
import { TierCounters } from './counters.ts';
import { distinct } from './distinct.ts';
import { Events } from './events.ts';
import type { EngineObservation } from './observation.ts';
import { observationOf } from './observation.ts';
import { combined } from './observers.ts';
import type { ErrorSubject, Lane, Level, RegionContext } from './region.ts';
import { Region } from './region.ts';
import { EPOCH } from './tag-book.ts';
import { TierHandle } from './tier-handle.ts';
import type { Backlog } from './undelivered.ts';

/** Options of an engine, checked and in milliseconds. */
export interface EngineOptions {
  readonly name: string;
  readonly namespace: string;
  readonly tiers: readonly Tier[];
  readonly bus: Bus | false | undefined;
  readonly clock: Clock;
  readonly leaseTtlMs: number;
  readonly leaseWaitMs: number;
  readonly maxStalenessMs: number;
  readonly options: CacheOptions;
  readonly regions: readonly (readonly [name: string, options: RegionOptions])[];
}

/** How long `close()` takes at most, and how much of it is for extensions and for what tiers have not been told yet. */
const CLOSE_TIMEOUT_MS = 5_000;
const LAST_WORK_MS = 2_000;

/** Everything behind one `createCache()`: its tiers, its buses and its regions. */
export class Engine implements RegionContext {
  readonly name: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly sender: string = randomToken();
  readonly leaseTtlMs: number;
  readonly leaseWaitMs: number;
  readonly maxStalenessMs: number;
  readonly root: Region;
  readonly regions: ReadonlyMap<string, Region>;
  readonly #handles = new Map<Tier, TierHandle>();
  readonly #buses: Buses;
  readonly #bus: Bus | false | undefined;
  readonly #observers = new Set<Observer>();
  readonly #extensions: { close(): MaybePromise<void> }[] = [];
  #closing: Promise<void> | undefined;

  constructor(init: EngineOptions) {
    this.name = init.name;
    this.namespace = init.namespace;
    this.clock = init.clock;
    this.leaseTtlMs = init.leaseTtlMs;
    this.leaseWaitMs = init.leaseWaitMs;
    this.maxStalenessMs = init.maxStalenessMs;
    this.#bus = init.bus;
    const defaults = resolveDefaults(BUILT_IN, init.options);
    // All that may be refused, before anything is opened.
    const plans = init.regions.map(([, options]) => resolveDefaults(defaults, options));
    const events = new Events();
    const { serializer } = init.options;
    this.root = this.#openRegion('', { tiers: init.tiers, defaults, events, serializer });
    const regions = init.regions.map(([name, options], index): [string, Region] => {
      const region = this.#openRegion(name, {
        tiers: options.tiers ?? init.tiers,
        defaults: plans[index] as Plan,
        events: new Events(events),
        serializer: options.serializer ?? serializer,
      });
      return [name, region];
    });
    this.regions = new Map([['', this.root], ...regions]);
    const { namespace, root, handles: tiers } = this;
    this.#buses = new Buses(init.bus, { context: this, namespace, root, regions: this.regions, tiers });
    for (const tier of this.#handles.keys()) attach(tier);
    this.#warnOfUnfenced();
    try {
      this.#buses.join();
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** All tiers, in the order in which the root and its regions name them. */
  get handles(): readonly TierHandle[] {
    return [...this.#handles.values()];
  }

  get busHandles(): readonly BusHandle[] {
    return this.#buses.handles;
  }

  /** Lets somebody look on. @throws CacheError `CLOSED` */
  observe(observer: Observer): EngineObservation {
    this.checkOpen();
    this.#observers.add(observer);
    this.#setObserver();
    return observationOf(this, observer, () => {
      this.#observers.delete(observer);
      this.#setObserver();
    });
  }

  #setObserver(): void {
    const observer = combined([...this.#observers]);
    for (const region of this.regions.values()) region.observer = observer;
    for (const handle of this.#handles.values()) handle.observer = observer;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** @throws CacheError `CLOSED`; TypeError for the root of a cache whose tiers are all in its regions. */
  checkUsable(region: Region): void {
    this.checkOpen();
    if (region.levels.length > 0) return;
    throw new TypeError(`The root of cache "${this.name}" has no tiers: give createCache() some, or use region().`);
  }

  /** @throws CacheError `CLOSED` */
  checkOpen(): void {
    if (this.#closing !== undefined) throw new CacheError('CLOSED', `Cache "${this.name}" has been closed.`);
  }

  /** The regions that an operation on the whole of a region is about: all of them on the root. */
  regionsOf(region: Region): readonly Region[] {
    const whole = region === this.root ? [...this.regions.values()] : [region];
    return whole.filter(({ levels }) => levels.length > 0);
  }

  publish(region: Region, message: Announcement, announcedBy?: TierHandle): MaybePromise<void> {
    return this.#buses.publish(region, message, announcedBy);
  }

  reportError(region: Region, error: CacheError, { operation, key, tier }: ErrorSubject): void {
    region.counters.errors++;
    if (!region.events.hears('error')) return;
    const about = { ...(key === undefined ? {} : { key }), ...(tier === undefined ? {} : { tier }) };
    region.emit('error', { error, operation, ...about });
  }

  /**
   * Ends loads, timers and connections; a tier or bus that other caches use stays open. Idempotent, also for who is
   * called meanwhile. Never rejects, and takes no longer than 5 s.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#closing = promise;
      resolve(this.#close());
    }
    return this.#closing;
  }

  /** Attaches what is to be closed with the cache. @throws what an extension throws; then everything is closed again. */
  extend(cache: Cache, extensions: readonly CacheExtension[]): void {
    try {
      for (const extension of extensions) {
        const attached = extension(cache);
        if (attached) this.#extensions.push(attached);
      }
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  async #close(): Promise<void> {
    const closed = new CacheError('CLOSED', `Cache "${this.name}" has been closed.`);
    for (const region of this.regions.values()) {
      for (const load of region.flights.running()) {
        load.overtake();
        load.run.stop(closed);
      }
    }
    for (const observer of this.#observers) observer.closed();
    const began = this.clock.now();
    const extensions = this.#extensions.map(async (extension) => extension.close());
    const deliveries = this.handles
      .filter(({ undelivered }) => undelivered.size > 0)
      .map((handle) => this.#lastDelivery(handle));
    const lastWork = [...extensions, ...deliveries];
    if (lastWork.length > 0) await this.#atMost(LAST_WORK_MS, lastWork);
    const buses = this.busHandles.map((handle) => ended(handle.bus, handle));
    const tiers = this.handles.map((handle) => ended(handle.tier, handle));
    const spent = Math.min(Math.max(0, this.clock.now() - began), LAST_WORK_MS);
    await this.#atMost(CLOSE_TIMEOUT_MS - spent, [...buses, ...tiers]);
  }

  /** Waits for all, whatever becomes of them, but no longer. */
  async #atMost(ms: number, work: readonly Promise<unknown>[]): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.clock.setTimer(resolve, ms, false);
    await Promise.race([Promise.allSettled(work), late]);
    timer.cancel();
  }

  /** What is kept for a tier when the cache is closed is tried once more, for nobody will do so later. */
  async #lastDelivery(handle: TierHandle): Promise<void> {
    await handle.deliverOnce();
    const { kept, name } = handle;
    if (kept === 0) return;
    const what = `${kept} invalidations for tier "${name}" were not delivered before cache "${this.name}" was closed`;
    const error = new CacheError('TIER_FAILED', `${what}: it may still have what they were about.`, {
      cause: handle.lastError,
    });
    this.reportError(this.root, error, { operation: 'close', tier: name });
  }

  #openRegion(
    name: string,
    init: { tiers: readonly Tier[]; defaults: Plan; events: Events; serializer: Scope['serializer'] | undefined },
  ): Region {
    const { serializer, tiers, defaults, events } = init;
    const scope: Scope = {
      namespace: this.namespace,
      region: name,
      ...(serializer === undefined ? {} : { serializer }),
    };
    const levels = tiers.map(
      (tier, index): Level => ({ index, handle: this.#handleOf(tier, name), counters: new TierCounters() }),
    );
    let region: Region | undefined;
    const hosts = levels.map(({ handle }) => this.#hostFor(handle, () => region));
    const spaces = tiers.map((tier, index) => tier.open(scope, hosts[index]!));
    const hasSync = tiers.every((tier) => tier.sync !== undefined);
    region = new Region({
      context: this,
      scope,
      defaults,
      levels,
      events,
      async: laneOf(spaces),
      sync: hasSync ? laneOf(tiers.map((tier, index) => tier.sync!.open(scope, hosts[index]!))) : undefined,
      nearest: tiers[0]?.can.blocking ? undefined : tiers[0]?.sync?.open(scope, hosts[0]!),
    });
    for (const { handle, index } of levels) handle.serves(name, spaces[index]!);
    return region;
  }

  #handleOf(tier: Tier, region: string): TierHandle {
    let handle = this.#handles.get(tier);
    if (handle === undefined) {
      const labels = [...this.#handles.values()].map(({ label }) => label);
      handle = new TierHandle(tier, this.clock, this, distinct(tier.name, region, labels));
      this.#handles.set(tier, handle);
    }
    return handle;
  }

  #hostFor(handle: TierHandle, region: () => Region | undefined): TierHost {
    return {
      clock: this.clock,
      sender: this.sender,
      announce: announcesItself(handle.tier, this.#bus),
      report: (report) => {
        const about = region();
        if (about !== undefined && !this.isClosed) this.#reported(about, handle, report);
      },
    };
  }

  #reported(region: Region, handle: TierHandle, report: TierReport): void {
    if (report.kind === 'evict') {
      if (!region.events.hears('evict')) return;
      const times = report.entry && { createdAt: report.entry.createdAt, expiresAt: report.entry.freshUntil };
      region.emit('evict', { key: report.key, tier: handle.name, cause: report.cause, ...times });
      return;
    }
    if (report.kind === 'delivered') {
      this.delivered(handle, region.name, { ...report, tags: [] });
      return;
    }
    const error = CacheError.is(report.error)
      ? report.error
      : new CacheError('TIER_FAILED', `Tier "${handle.name}" reports: ${String(report.error)}`, {
          cause: report.error,
        });
    handle.errors++;
    this.reportError(region, error, { operation: report.operation ?? 'report', key: report.key, tier: handle.name });
  }

  #warnOfUnfenced(): void {
    for (const { name, tier } of this.#handles.values()) {
      if (!tier.can.shared || tier.can.leases) continue;
      warn(
        'UNO_CACHE_NO_LEASES',
        `Tier "${name}" of cache "${this.name}" is shared and cannot lease: each process loads for itself, and a load that an ` +
          'invalidation in another process has overtaken may be stored.',
      );
    }
  }

  breakerChanged(handle: TierHandle, state: 'open' | 'closed', error: unknown): void {
    if (!this.root.events.hears('breaker')) return;
    this.root.emit('breaker', { tier: handle.name, state, ...(error === undefined ? {} : { error }) });
  }

  commandFailed(handle: TierHandle, operation: string, error: CacheError, key: string | undefined): void {
    if (this.isClosed) return;
    this.reportError(this.root, error, { operation, key, tier: handle.name });
  }

  kept(handle: TierHandle, regionName: string): void {
    const region = this.regions.get(regionName) ?? this.root;
    region.counters.deferred++;
    if (region.events.hears('deferred')) region.emit('deferred', { tier: handle.name, kept: handle.kept });
  }

  delivered(handle: TierHandle, regionName: string, { all, keys, patterns, tags }: Backlog): void {
    const region = this.regions.get(regionName) ?? this.root;
    // What was read meanwhile saw the tier's old versions.
    if (all) region.book.clear();
    if (tags.length > 0) region.book.heard(tags);
    // Other processes may have copied from the tier what it did not know to be invalid.
    if (all) void this.publish(region, { kind: 'clear', at: 0 });
    if (keys.length > 0) void this.publish(region, { kind: 'delete', keys, at: 0 });
    for (const pattern of patterns) void this.publish(region, { kind: 'pattern', pattern, at: 0 });
    if (tags.length > 0) void this.publish(region, { kind: 'tags', tags, at: 0 });
    const named = tags.filter(([tag]) => tag !== EPOCH);
    const count = (all ? 1 : 0) + keys.length + patterns.length + named.length;
    if (region.events.hears('delivered')) region.emit('delivered', { tier: handle.name, count });
  }
}

/** Ends what the cache has of a tier or a bus, and that itself when no other cache uses it. */
async function ended(part: Tier | Bus, handle: { close(): void }): Promise<void> {
  try {
    handle.close();
  } finally {
    if (detach(part)) await part.close();
  }
}

function laneOf(spaces: Lane['spaces']): Lane {
  return { spaces, keepsBytes: spaces.some(({ serializer }) => serializer !== undefined) };
}
