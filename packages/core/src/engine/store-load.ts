import type { Entry, TagVersion } from '../entry/entry.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Op } from './driver.ts';
import { run, wait } from './driver.ts';
import type { Load } from './load.ts';
import { encodeFor, entryForTier, makeEntry, settlePlan } from './make-entry.ts';
import type { Ticket } from './prepare-load.ts';
import { currentEpoch } from './prepare-load.ts';
import { dropOlder } from './read.ts';
import type { Lane, Level, Region } from './region.ts';
import type { FAILED } from './tier-handle.ts';
import { ensureTags, snapshotTags, tagsUntil } from './write.ts';

/** What a factory gave. */
export interface Loaded {
  /** `undefined` for nothing. */
  readonly value: unknown;
  /** The load's plan, with what the factory changed. */
  readonly plan: Plan;
  /** How long it ran. */
  readonly cost: number;
  /** Tags that the factory named. */
  readonly tags: readonly string[];
}

/**
 * Stores what a load gave, the farthest tier first, each shared one only with its token; what the farthest refuses is
 * written nowhere. Then the lease is over.
 *
 * @throws CacheError `SERIALIZATION_FAILED`, TypeError for a computed ttl: nothing is stored.
 */
export function* storeLoaded(region: Region, lane: Lane, load: Load, ticket: Ticket, loaded: Loaded): Op<void> {
  const { key } = load;
  const isNothing = loaded.value === undefined && loaded.plan.negativeMs === 0;
  if (!ticket.stores || (isNothing && !ticket.replaces)) {
    yield* giveUp(region, load, ticket);
    return;
  }
  const { clock } = region.context;
  let payloads: (Uint8Array | undefined)[];
  let plan: Plan;
  try {
    payloads = encodeFor(region, lane, key, loaded.value, true);
    plan = settlePlan(loaded.plan, key, loaded.value, clock);
  } catch (error) {
    leaveStanding(region, load, ticket);
    throw error;
  }
  const tags = yield* tagsOf(region, lane, ticket, { ...loaded, plan });
  if (tags === undefined || load.overtaken || region.book.contradicts(tags)) {
    yield* refuse(region, load, ticket);
    return;
  }
  const isLonger = load.plan.ttlOf === undefined && plan.ttlMs > load.plan.ttlMs;
  if (isLonger) yield* snapshotTags(region, lane, load.plan.tags, tagsUntil(plan, clock.now()));
  const made = makeEntry(plan, { value: loaded.value, now: clock.now(), tags, cost: loaded.cost });
  if (!isNothing) load.madeUntil = made.freshUntil;
  // An entry that is over when it comes takes the old one away, and as a fill nothing that is newer.
  const entry = isNothing ? { ...made, freshUntil: 0 } : made;
  yield* fillAll(region, lane, load, ticket, { entry, payloads, plan });
}

/** The entry's tags with the versions that they had before the load; `undefined` when that cannot be told. */
function* tagsOf(
  region: Region,
  lane: Lane,
  ticket: Ticket,
  { plan, tags }: Loaded,
): Op<readonly TagVersion[] | undefined> {
  const named = tags.filter((tag) => !plan.tags.includes(tag));
  if (named.length === 0) return ticket.tags;
  region.namesTags = true;
  const versions = yield* ensureTags(region, lane, named, tagsUntil(plan, region.context.clock.now()));
  if (versions === undefined) return undefined;
  // Renewed before any tag is: the same epoch as before the load means that none was invalidated since.
  const epoch = yield* currentEpoch(region, lane);
  if (epoch === undefined || epoch !== ticket.epoch) return undefined;
  return [...ticket.tags, ...versions];
}

interface Filling {
  readonly entry: Entry;
  readonly payloads: readonly (Uint8Array | undefined)[];
  readonly plan: Plan;
}

function* fillAll(
  region: Region,
  lane: Lane,
  load: Load,
  ticket: Ticket,
  { entry, payloads, plan }: Filling,
): Op<void> {
  let stored = entry;
  let isLeaseOver = false;
  for (let index = region.last; index >= 0; index--) {
    const level = region.levels[index]!;
    if (load.overtaken) return yield* refuse(region, load, ticket);
    if (!level.handle.available || level.handle.covers(region.name, load.key)) continue;
    const now = region.context.clock.now();
    const version = yield* fillLevel(
      region,
      lane,
      load,
      level,
      ticket,
      entryForTier(stored, level, plan, now),
      payloads,
    );
    const isLeased = level === ticket.lease?.level;
    if (version === 0 && isLeased) return yield* refuse(region, load, ticket, level);
    const isStored = typeof version === 'number' && version > 0;
    if (isStored && isLeased) isLeaseOver = true;
    if (isStored && stored.version === 0) stored = { ...stored, version };
    if (load.overtaken) yield* dropOlder(region, lane, level, load.key, stored.version);
  }
  if (!isLeaseOver) yield* giveUp(region, load, ticket);
}

function* fillLevel(
  region: Region,
  lane: Lane,
  load: Load,
  level: Level,
  ticket: Ticket,
  entry: Entry,
  payloads: readonly (Uint8Array | undefined)[],
): Op<number | typeof FAILED | undefined> {
  const { handle, index } = level;
  const space = lane.spaces[index]!;
  const { leases } = space;
  const now = region.context.clock.now();
  const payload = payloads[index];
  const { key } = load;
  if (!region.needsFence(level, ticket.departed) || leases === undefined || !load.plan.lease) {
    return yield* wait(handle.ask('set', () => space.set(key, entry, now, payload), key));
  }
  const token = level === ticket.lease?.level ? ticket.lease.token : ticket.tokens[index];
  if (token === undefined) return undefined;
  return yield* wait(handle.ask('fill', () => leases.fill(key, entry, token, now, payload), key));
}

function* refuse(region: Region, load: Load, ticket: Ticket, level?: Level): Op<void> {
  region.counters.fenced++;
  if (region.events.hears('fenced')) {
    const tier = level === undefined ? {} : { tier: level.handle.name };
    region.emit('fenced', { key: load.key, ...tier });
  }
  yield* giveUp(region, load, ticket);
}

/** Gives the lease back, so that another may load. */
export function* giveUp(region: Region, load: Load, ticket: Ticket): Op<void> {
  if (ticket.lease === undefined) return;
  const { level, leases, token } = ticket.lease;
  const now = region.context.clock.now();
  yield* wait(level.handle.ask('release', () => leases.release(load.key, token, now), load.key));
}

/** How many tokens of failed loads are remembered. */
const MAX_BACKOFF = 1_000;

/**
 * After a failed load its lease stands, as back-off for the other processes; this one may take it up again. Nothing is
 * sent for it.
 */
export function leaveStanding(region: Region, load: Load, ticket: Ticket): void {
  if (ticket.lease === undefined || load.overtaken) return;
  region.backoff.set(load.key, ticket.lease.token);
  if (region.backoff.size > MAX_BACKOFF) region.backoff.delete(region.backoff.keys().next().value as string);
}

/** Renews a lease in the background while its factory runs; call what it returns to stop. */
export function keepLease(region: Region, load: Load, ticket: Ticket): () => void {
  if (ticket.lease === undefined) return () => {};
  if (load.overtaken) {
    void run(giveUp(region, load, ticket));
    return () => {};
  }
  const { level, leases, token } = ticket.lease;
  const { clock, leaseTtlMs } = region.context;
  let stopped = false;
  const renew = function* (): Op<void> {
    const now = clock.now();
    yield* wait(level.handle.ask('renew', () => leases.renew(load.key, token, leaseTtlMs, now), load.key));
  };
  const schedule = (): ReturnType<typeof clock.setTimer> =>
    clock.setTimer(
      () => {
        const renewed = run(renew());
        const again = (): void => {
          if (!stopped) timer = schedule();
        };
        if (isPromise(renewed)) void renewed.then(again);
        else again();
      },
      leaseTtlMs / 3,
      true,
    );
  let timer = schedule();
  const stop = (): void => {
    stopped = true;
    timer.cancel();
    load.onOvertaken = undefined;
  };
  // Whoever comes now loads anew, and needs the lease for that.
  load.onOvertaken = () => {
    stop();
    void run(giveUp(region, load, ticket));
  };
  return stop;
}
