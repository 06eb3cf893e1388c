import { randomToken } from '../adapter/random-token.ts';
import type { Cache } from '../cache.ts';
import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { CacheExtension, CacheOptions, RegionOptions } from '../options/cache-options.ts';
import type { Plan } from '../options/entry-options.ts';
import { BUILT_IN, resolveDefaults } from '../options/entry-options.ts';
import { warn } from '../platform.ts';
import type { Bus, BusMessage, Sighting } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observation, Observer } from '../ports/observer.ts';
import type { Scope, Tier, TierHost, TierReport } from '../ports/tier.ts';
import { attach, detach } from './attachments.ts';
import type { Announcement } from './bus-handle.ts';
import { BusHandle } from './bus-handle.ts';
import { TierCounters } from './counters.ts';
import { Events } from './events.ts';
import { observationOf } from './observation.ts';
import { combined } from './observers.ts';
import { dropCopies, holds, look, receive } from './receive.ts';
import type { ErrorSubject, Lane, Level, RegionContext } from './region.ts';
import { Region } from './region.ts';
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

/** How long `close()` waits for tiers and buses to close. */
const CLOSE_TIMEOUT_MS = 5_000;

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
  readonly #buses = new Map<Bus, BusHandle>();
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
    for (const tier of this.#handles.keys()) attach(tier);
    this.#warnOfUnfenced();
    this.#joinBuses();
  }

  /** All tiers, in the order in which the root and its regions name them. */
  get handles(): readonly TierHandle[] {
    return [...this.#handles.values()];
  }

  get busHandles(): readonly BusHandle[] {
    return [...this.#buses.values()];
  }

  /** Lets somebody look on. @throws CacheError `CLOSED` */
  observe(observer: Observer): Observation {
    this.#checkOpen();
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
    this.#checkOpen();
    if (region.levels.length > 0) return;
    throw new TypeError(`The root of cache "${this.name}" has no tiers: give createCache() some, or use region().`);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new CacheError('CLOSED', `Cache "${this.name}" has been closed.`);
  }

  /** The regions that an operation on the whole of a region is about: all of them on the root. */
  regionsOf(region: Region): readonly Region[] {
    const whole = region === this.root ? [...this.regions.values()] : [region];
    return whole.filter(({ levels }) => levels.length > 0);
  }

  publish(region: Region, message: Announcement, announcedBy?: TierHandle): MaybePromise<void> {
    if (this.#buses.size === 0) return;
    const announced = announcedBy !== undefined && this.#announces(announcedBy.tier) ? announcedBy.tier.bus : undefined;
    const full = { ...message, sender: this.sender, region: region.name } as BusMessage;
    const sent: Promise<void>[] = [];
    for (const bus of this.#busesOf(region)) {
      if (bus.bus === announced && announcedBy?.available) continue;
      const accepted = bus.publish(full);
      if (isPromise(accepted)) sent.push(accepted);
    }
    return sent.length === 0 ? undefined : Promise.all(sent).then(() => {});
  }

  reportError(region: Region, error: CacheError, { operation, key, tier }: ErrorSubject): void {
    region.counters.errors++;
    if (!region.events.hears('error')) return;
    const about = { ...(key === undefined ? {} : { key }), ...(tier === undefined ? {} : { tier }) };
    region.emit('error', { error, operation, ...about });
  }

  /** Ends loads, timers and connections; a tier or bus that other caches use stays open. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
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
    const closing = this.#extensions.map(async (extension) => extension.close());
    for (const [bus, handle] of this.#buses) {
      handle.close();
      if (detach(bus)) closing.push((async () => bus.close())());
    }
    for (const [tier, handle] of this.#handles) {
      handle.close();
      if (detach(tier)) closing.push((async () => tier.close())());
    }
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.clock.setTimer(resolve, CLOSE_TIMEOUT_MS, false);
    await Promise.race([Promise.allSettled(closing), late]);
    timer.cancel();
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
      announce: this.#announces(handle.tier),
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

  /** Whether the tier publishes its own changes on a bus that this cache listens to. */
  #announces(tier: Tier): boolean {
    return tier.can.announces === true && tier.bus !== undefined && (this.#bus === undefined || this.#bus === tier.bus);
  }

  #joinBuses(): void {
    const wanted = this.#bus === false ? [] : this.#bus === undefined ? this.#broughtBuses() : [this.#bus];
    for (const bus of wanted) {
      attach(bus);
      const watcher = {
        receive: (message: BusMessage) => this.#receive(message),
        gap: (reason: string, copiesOnly?: boolean) => this.#gap(bus, reason, copiesOnly),
        current: (asOf: number) => this.#current(bus, asOf),
        returned: () => this.#returned(bus),
        holds: (name: string, key: string) => this.#holds(name, key),
        seen: (sighting: Sighting) => this.#seen(sighting),
        publishFailed: (_: Bus, error: CacheError) => this.reportError(this.root, error, { operation: 'publish' }),
      };
      const { namespace, clock, sender } = this;
      const labels = this.busHandles.map(({ label }) => label);
      const label = distinct(bus.name, String(labels.length + 1), labels);
      this.#buses.set(bus, new BusHandle(bus, { namespace, clock, sender, watcher, label }));
    }
    for (const region of this.regions.values()) {
      region.isTold = this.#busesOf(region).length > 0;
      this.#warnOfSilence(region);
    }
  }

  #broughtBuses(): Bus[] {
    const brought = [...this.#handles.keys()].map(({ bus }) => bus).filter((bus) => bus !== undefined);
    return [...new Set(brought)];
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

  #warnOfSilence(region: Region): void {
    if (region.last <= 0) return;
    const { tier } = region.authority.handle;
    if (!tier.can.shared || this.#bus === false || this.#busesOf(region).length > 0) return;
    warn(
      'UNO_CACHE_NO_BUS',
      `Cache "${this.name}" keeps copies in front of the shared tier "${tier.name}" without a bus: they may be ` +
        `${this.maxStalenessMs} ms older than what other processes set. Give a bus, or \`bus: false\` if that is meant.`,
    );
  }

  /** The buses on which a region's changes are told: the one that was given, or those of its tiers. */
  #busesOf(region: Region): BusHandle[] {
    if (this.#bus !== undefined) return [...this.#buses.values()];
    const brought = new Set(region.levels.map(({ handle }) => handle.tier.bus));
    return [...this.#buses.values()].filter(({ bus }) => brought.has(bus));
  }

  #receive(message: BusMessage): void {
    if (message.sender === this.sender || this.isClosed) return;
    const region = this.regions.get(message.region);
    if (region !== undefined) receive(region, message);
  }

  #holds(name: string, key: string): boolean {
    const region = this.regions.get(name);
    return region !== undefined && !this.isClosed && holds(region, key);
  }

  #seen(sighting: Sighting): void {
    const region = this.regions.get(sighting.region);
    if (region !== undefined && !this.isClosed) look(region, sighting);
  }

  #gap(bus: Bus, reason: string, copiesOnly?: boolean): void {
    if (this.isClosed) return;
    for (const region of this.#regionsOn(bus)) dropCopies(region, copiesOnly);
    if (this.root.events.hears('bus-gap')) this.root.emit('bus-gap', { bus: bus.name, reason });
  }

  /** Where the bus of a tier is, the tier may be: others rely on what it has not been told yet. */
  #returned(bus: Bus): void {
    for (const handle of this.#handles.values()) if (handle.tier.bus === bus) handle.probeSoon();
  }

  #current(bus: Bus, asOf: number): void {
    for (const region of this.#regionsOn(bus)) {
      if (region.last <= 0) continue;
      const speaksForAll = this.#bus !== undefined || region.authority.handle.tier.bus === bus;
      if (speaksForAll) region.vouchedUntil = asOf + this.maxStalenessMs;
    }
  }

  #regionsOn(bus: Bus): Region[] {
    return [...this.regions.values()].filter((region) =>
      this.#bus !== undefined ? true : region.levels.some(({ handle }) => handle.tier.bus === bus),
    );
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
    if (tags.length > 0) region.book.renewed(tags, this.clock.now());
    // Other processes may have copied from the tier what it did not know to be invalid.
    if (all) void this.publish(region, { kind: 'clear', at: 0 });
    if (keys.length > 0) void this.publish(region, { kind: 'delete', keys, at: 0 });
    for (const pattern of patterns) void this.publish(region, { kind: 'pattern', pattern, at: 0 });
    if (tags.length > 0) void this.publish(region, { kind: 'tags', tags, at: 0 });
    const count = (all ? 1 : 0) + keys.length + patterns.length + tags.length;
    if (region.events.hears('delivered')) region.emit('delivered', { tier: handle.name, count });
  }
}

/** The name, or what tells it apart from those that have it already: tiers of different regions may be named alike. */
function distinct(name: string, where: string, taken: readonly string[]): string {
  const candidates = [name, `${name}@${where}`];
  return candidates.find((label) => !taken.includes(label)) ?? `${name}@${where}-${taken.length}`;
}

function laneOf(spaces: Lane['spaces']): Lane {
  return { spaces, keepsBytes: spaces.some(({ serializer }) => serializer !== undefined) };
}
