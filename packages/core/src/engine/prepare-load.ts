import type { TagVersion } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Leases } from '../ports/keyspace.ts';
import type { Op } from './driver.ts';
import { wait } from './driver.ts';
import type { Load } from './load.ts';
import type { Reading } from './read.ts';
import { copyNearer, isTrusted } from './read.ts';
import type { Lane, Level, Region } from './region.ts';
import { isOutdated } from './seen.ts';
import { EPOCH } from './tag-book.ts';
import { FAILED } from './tier-handle.ts';
import { snapshotTags, tagsUntil } from './write.ts';

/** What a load holds when its factory may run: all of it was given before. */
export interface Ticket {
  /** Fences of the shared tiers, by level. A contended tier without one is not written. */
  readonly tokens: readonly (string | undefined)[];
  /** As `Reading.departed`. */
  readonly departed: number;
  /** The lease that this load holds alone, to be renewed and given up. */
  readonly lease: { readonly level: Level; readonly leases: Leases; readonly token: string } | undefined;
  readonly tags: readonly TagVersion[];
  /** The keyspace's epoch, for tags that the factory names. */
  readonly epoch: string | undefined;
  /** `false` when another's lease was waited for in vain: the value is answered and stored nowhere. */
  readonly stores: boolean;
  /** Whether a value stands in some tier, which a factory that finds nothing has to take away. */
  readonly replaces: boolean;
}

/** What asking for the lease came to. */
export type LeaseOutcome =
  | { readonly state: 'won'; readonly ticket: Ticket['lease'] }
  | { readonly state: 'hit'; readonly reading: Reading }
  /** Another holds it; what was waited for is over. */
  | { readonly state: 'held'; readonly leases: Leases }
  /** No shared tier coordinates this load. */
  | { readonly state: 'alone' };

/** The farthest tier that can coordinate loads of all who share it, and can be reached. */
function decider(region: Region, lane: Lane): { level: Level; leases: Leases } | undefined {
  for (let index = region.last; index >= 0; index--) {
    const level = region.levels[index]!;
    const { leases } = lane.spaces[index]!;
    if (leases !== undefined && region.isFenced(level) && level.handle.available) return { level, leases };
  }
  return undefined;
}

/** Asks once for the lease of a load. */
export function* askForLease(region: Region, lane: Lane, load: Load, reading: Reading): Op<LeaseOutcome> {
  if (!load.plan.lease) return { state: 'alone' };
  let replaces = reading.rejected;
  for (let found = decider(region, lane); found !== undefined; found = decider(region, lane)) {
    const { level, leases } = found;
    const { clock, leaseTtlMs: ttlMs } = region.context;
    const token = region.backoff.get(load.key);
    const request = { now: clock.now(), ttlMs, exclusive: true, replaces, ...(token === undefined ? {} : { token }) };
    const answer = yield* wait(level.handle.ask('lease', () => leases.acquire(load.key, request), load.key));
    if (answer === FAILED) {
      // Without its breaker open it would be asked again.
      if (level.handle.available) return { state: 'alone' };
      continue;
    }
    if (answer.state === 'held') return { state: 'held', leases };
    if (answer.state === 'won') {
      load.grantedAt = answer.grantedAt;
      region.backoff.delete(load.key);
      return { state: 'won', ticket: { level, leases, token: answer.token } };
    }
    const { entry } = answer;
    const isValid =
      !level.handle.covers(region.name, load.key) &&
      entry.version !== replaces &&
      (yield* isTrusted(region, lane, level, entry, clock.now()));
    if (isValid) return { state: 'hit', reading: { ...reading, found: { entry, level, stale: false } } };
    if (entry.version === replaces) return { state: 'alone' };
    replaces = entry.version;
  }
  return { state: 'alone' };
}

/** The versions of the load's tags, and the epoch for those that its factory may name. */
export function* readTagState(region: Region, lane: Lane, load: Load): Op<Pick<Ticket, 'tags' | 'epoch'>> {
  const tags = yield* snapshotTags(region, lane, load.plan.tags, tagsUntil(load.plan, region.context.clock.now()));
  // An epoch that others have renewed unheard would refuse a load which nothing has overtaken.
  const isKnown = !region.namesTags || region.isTold || !region.isContended(region.authority);
  const epoch = (isKnown ? region.book.peek(EPOCH) : undefined) ?? (yield* currentEpoch(region, lane));
  return { tags, epoch };
}

/** The keyspace's epoch as the farthest tier has it now; `undefined` when it cannot be asked. */
export function* currentEpoch(region: Region, lane: Lane): Op<string | undefined> {
  const { handle, index } = region.authority;
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const question = region.book.asking(now);
  const answer: string[] | typeof FAILED = yield* wait(
    handle.ask('versions.ensure', (): MaybePromise<string[]> => space.versions.ensure([EPOCH], Infinity, now)),
  );
  if (answer === FAILED) return undefined;
  const [epoch] = answer;
  if (epoch !== undefined) region.book.learned(EPOCH, epoch, question);
  return epoch;
}

/** Copies what a load found, instead of loading it, to the nearer tiers. */
export function* keepFound(region: Region, lane: Lane, load: Load, reading: Reading, checkedAt: number): Op<void> {
  const mark = {
    refuses: (version: number) => load.overtaken || isOutdated(version, load.seen),
  };
  yield* copyNearer(region, lane, load.key, reading, { mark, checkedAt, plan: load.plan });
}
