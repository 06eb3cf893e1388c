import type { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import { warn } from '../platform.ts';
import type { Bus, BusMessage, Sighting } from '../ports/bus.ts';
import type { Tier } from '../ports/tier.ts';
import { attach } from './attachments.ts';
import type { Announcement, BusWatcher } from './bus-handle.ts';
import { BusHandle } from './bus-handle.ts';
import { distinct } from './distinct.ts';
import { dropCopies, holds, look, receive } from './receive.ts';
import type { Region, RegionContext } from './region.ts';
import type { TierHandle } from './tier-handle.ts';

/** What the buses of a cache serve: its regions and its tiers. */
interface Served {
  readonly context: RegionContext;
  readonly namespace: string;
  readonly root: Region;
  readonly regions: ReadonlyMap<string, Region>;
  readonly tiers: readonly TierHandle[];
}

/** Whether the tier publishes its own changes on a bus that the cache listens to, `given` being its option. */
export function announcesItself(tier: Tier, given: Bus | false | undefined): boolean {
  return tier.can.announces === true && tier.bus !== undefined && (given === undefined || given === tier.bus);
}

/** The buses of one cache: the one that it was given, or else those that its tiers bring; and which regions hear which. */
export class Buses {
  readonly #given: Bus | false | undefined;
  readonly #served: Served;
  readonly #handles: BusHandle[] = [];
  /** The buses on which a region's changes are told. */
  readonly #heardBy = new Map<Region, readonly BusHandle[]>();

  /** Joins nothing yet. */
  constructor(given: Bus | false | undefined, served: Served) {
    this.#given = given;
    this.#served = served;
  }

  get handles(): readonly BusHandle[] {
    return this.#handles;
  }

  join(): void {
    const { context, namespace, regions } = this.#served;
    const { clock, sender } = context;
    for (const bus of this.#wanted()) {
      const labels = this.#handles.map(({ label }) => label);
      const label = distinct(bus.name, String(labels.length + 1), labels);
      const handle = new BusHandle(bus, { namespace, clock, sender, watcher: this.#watcherOf(bus), label });
      attach(bus);
      this.#handles.push(handle);
    }
    for (const region of regions.values()) {
      const told = this.#handles.filter(({ bus }) => this.#isFor(bus, region));
      this.#heardBy.set(region, told);
      region.isTold = told.length > 0;
      this.#warnOfSilence(region);
    }
  }

  publish(region: Region, message: Announcement, announcedBy?: TierHandle): MaybePromise<void> {
    const buses = this.#heardBy.get(region) ?? [];
    if (buses.length === 0) return;
    const isAnnounced = announcedBy !== undefined && announcesItself(announcedBy.tier, this.#given);
    const announced = isAnnounced ? announcedBy.tier.bus : undefined;
    const full = { ...message, sender: this.#served.context.sender, region: region.name } as BusMessage;
    const sent: Promise<void>[] = [];
    for (const bus of buses) {
      if (bus.bus === announced && announcedBy?.available) continue;
      const accepted = bus.publish(full);
      if (isPromise(accepted)) sent.push(accepted);
    }
    return sent.length === 0 ? undefined : Promise.all(sent).then(() => {});
  }

  #wanted(): readonly Bus[] {
    if (this.#given === false) return [];
    if (this.#given !== undefined) return [this.#given];
    const brought = this.#served.tiers.map(({ tier }) => tier.bus).filter((bus) => bus !== undefined);
    return [...new Set(brought)];
  }

  #watcherOf(bus: Bus): BusWatcher {
    const { context, root } = this.#served;
    const unlessClosed =
      <A extends unknown[]>(react: (...args: A) => void) =>
      (...args: A): void => {
        if (!context.isClosed) react(...args);
      };
    return {
      receive: unlessClosed((message: BusMessage) => {
        const region = message.sender === context.sender ? undefined : this.#served.regions.get(message.region);
        if (region !== undefined) receive(region, message);
      }),
      gap: unlessClosed((reason: string, copiesOnly?: boolean) => {
        for (const region of this.#hearing(bus)) dropCopies(region, copiesOnly);
        if (root.events.hears('bus-gap')) root.emit('bus-gap', { bus: bus.name, reason });
      }),
      current: (asOf) => this.#current(bus, asOf),
      returned: () => this.#returned(bus),
      holds: (name, key) => {
        const region = this.#served.regions.get(name);
        return region !== undefined && !context.isClosed && holds(region, key);
      },
      seen: unlessClosed((sighting: Sighting) => {
        const region = this.#served.regions.get(sighting.region);
        if (region !== undefined) look(region, sighting);
      }),
      publishFailed: (_: Bus, error: CacheError) => context.reportError(root, error, { operation: 'publish' }),
    };
  }

  /** Where the bus of a tier is, the tier may be: others rely on what it has not been told yet. */
  #returned(bus: Bus): void {
    for (const handle of this.#served.tiers) if (handle.tier.bus === bus) handle.probeSoon();
  }

  #current(bus: Bus, asOf: number): void {
    for (const region of this.#hearing(bus)) {
      if (region.last <= 0) continue;
      const speaksForAll = this.#given !== undefined || region.authority.handle.tier.bus === bus;
      if (speaksForAll) region.vouchedUntil = asOf + this.#served.context.maxStalenessMs;
    }
  }

  #hearing(bus: Bus): Region[] {
    return [...this.#served.regions.values()].filter((region) => this.#isFor(bus, region));
  }

  #isFor(bus: Bus, { levels }: Region): boolean {
    return this.#given !== undefined || levels.some(({ handle }) => handle.tier.bus === bus);
  }

  #warnOfSilence(region: Region): void {
    if (region.last <= 0) return;
    const { tier } = region.authority.handle;
    if (!tier.can.shared || this.#given === false || region.isTold) return;
    const { name, maxStalenessMs } = this.#served.context;
    warn(
      'UNO_CACHE_NO_BUS',
      `Cache "${name}" keeps copies in front of the shared tier "${tier.name}" without a bus: they may be ` +
        `${maxStalenessMs} ms older than what other processes set. Give a bus, or \`bus: false\` if that is meant.`,
    );
  }
}
