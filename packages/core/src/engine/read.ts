import type { Entry, TagVersion } from '../entry/entry.ts';
import { usableUntil, visibleUntil } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Plan } from '../options/entry-options.ts';
import { departures } from './attachments.ts';
import type { Op } from './driver.ts';
import { wait } from './driver.ts';
import type { Mark } from './flights.ts';
import { copyForTier } from './make-entry.ts';
import type { Lane, Level, Region } from './region.ts';
import { FAILED } from './tier-handle.ts';

/** An entry that reads answer with, and where it was. */
export interface Found {
  readonly entry: Entry;
  readonly level: Level;
  readonly stale: boolean;
}

export interface Reading {
  readonly found: Found | undefined;
  /** The best entry that a failing load may be answered with. */
  readonly usable: Found | undefined;
  /** The version of an entry that stands in the farthest tier and must not be served; 0 when there is none. */
  readonly rejected: number;
  /** Fences of the shared tiers that were passed, by level, given before anything farther was read. */
  readonly tokens: readonly (string | undefined)[];
  /** `departures()` when it began. */
  readonly departed: number;
}

export interface ReadOptions {
  /** The version of an entry that is to be replaced, fresh or not; it counts as stale. */
  readonly replaces?: number;
  /** Hears of the first stale entry that reads may answer with, before farther tiers are asked for a fresh one. */
  readonly onStale?: (found: Found) => void;
  /** `false` for looks that are no lookups. */
  readonly counts?: boolean;
  /** `false` when nothing is to be copied nearer: then no tier that is passed need give a token. */
  readonly fences?: boolean;
  /** What the nearest tier has answered already. */
  readonly nearest?: { readonly answer: LevelAnswer };
}

/** What one tier has; `FAILED` when it is not to be asked, or did not answer. */
export type LevelAnswer = Entry | undefined | typeof FAILED;

/** Asks the tiers, near to far, for a fresh entry; a stale one has to do where there is none. */
export function* readThrough(region: Region, lane: Lane, key: string, options: ReadOptions = {}): Op<Reading> {
  const { replaces = 0, onStale, counts = true, fences = true, nearest } = options;
  const tokens: (string | undefined)[] = [];
  const departed = departures();
  let stale: Found | undefined;
  let usable: Found | undefined;
  let rejected = 0;
  for (const level of region.levels) {
    const { index } = level;
    const asked = index === 0 && nearest !== undefined ? nearest.answer : askLevel(region, lane, level, key);
    // Here and not in an operation of its own: a far hit is too quick for what each of those costs.
    const entry = (isPromise(asked) ? yield asked : asked) as LevelAnswer;
    if (entry === FAILED) continue;
    const now = region.context.clock.now();
    const isThere = entry !== undefined && now < usableUntil(entry);
    if (isThere && (isPlainTruth(region, level, entry) || (yield* isTrusted(region, lane, level, entry, now)))) {
      const found = { entry, level, stale: now >= entry.freshUntil || entry.version === replaces };
      if (!found.stale) {
        if (counts) level.counters.hits++;
        return { found, usable: found, rejected: 0, tokens, departed };
      }
      if (usable === undefined || entry.freshUntil > usable.entry.freshUntil) usable = found;
      if (now < visibleUntil(entry) && (stale === undefined || entry.freshUntil > stale.entry.freshUntil)) {
        if (stale === undefined) onStale?.(found);
        stale = found;
      }
    }
    const passed = isThere ? entry.version : 0;
    if (index === region.last) rejected = passed;
    if (counts && stale?.level !== level) level.counters.misses++;
    if (fences && index < region.last && region.isFenced(level)) {
      tokens[index] = yield* fence(region, lane, level, key, passed);
    }
  }
  if (counts && stale !== undefined) stale.level.counters.hits++;
  return { found: stale, usable, rejected, tokens, departed };
}

function askLevel(region: Region, lane: Lane, { handle, index }: Level, key: string): MaybePromise<LevelAnswer> {
  if (!handle.available) return FAILED;
  if (handle.covers(region.name, key)) return undefined;
  const space = lane.spaces[index]!;
  return handle.ask('get', (now) => space.get(key, now), key);
}

/** Whether nothing speaks against the entry: it is no copy, and has no tags. */
export function isPlainTruth(region: Region, { index }: Level, { tags }: Entry): boolean {
  return tags === undefined && index === region.last;
}

/** Whether the entry may be served: a copy that can be vouched for, none of its tags invalidated. */
export function* isTrusted(region: Region, lane: Lane, level: Level, entry: Entry, now: number): Op<boolean> {
  const isCopy = level.index < region.last;
  if (isCopy && !region.vouches(entry, now)) return false;
  if (entry.tags === undefined) return true;
  const authority = region.authority.handle;
  if (!authority.clean && authority.undelivered.coversTags(region.name, entry.tags)) return false;
  const known = isCopy ? knownVersions(region, entry.tags, now) : undefined;
  if (known !== undefined) return entry.tags.every(([, version], index) => known[index] === version);
  return yield* hasCurrentTags(region, lane, entry.tags, now, isCopy);
}

/** The tags' versions as this process knows them; `undefined` unless it can vouch for all. */
export function knownVersions(region: Region, tags: readonly TagVersion[], now: number): string[] | undefined {
  const since = now < region.vouchedUntil ? -Infinity : now - region.context.maxStalenessMs;
  const versions: string[] = [];
  for (const [tag] of tags) {
    const version = region.book.trusted(tag, since);
    if (version === undefined) return undefined;
    versions.push(version);
  }
  return versions;
}

function* hasCurrentTags(
  region: Region,
  lane: Lane,
  tags: readonly TagVersion[],
  now: number,
  isCopy: boolean,
): Op<boolean> {
  const names = tags.map(([tag]) => tag);
  const versions = yield* readVersions(region, lane, names, now);
  // A copy has been vouched for already: while the tier is away, what this process knows of its tags has to do.
  if (versions === undefined) return isCopy && tags.every(([tag, version]) => region.book.peek(tag) === version);
  return tags.every(([, version], index) => versions[index] === version);
}

/** The versions as the farthest tier has them, noted in the book; `undefined` when it cannot be asked. */
function* readVersions(
  region: Region,
  lane: Lane,
  names: readonly string[],
  now: number,
): Op<readonly (string | undefined)[] | undefined> {
  const { handle, index } = region.authority;
  const space = lane.spaces[index]!;
  const question = region.book.asking(now);
  const versions = yield* wait(handle.ask('versions.read', () => space.versions.read(names, now)));
  if (versions === FAILED) return undefined;
  if (region.last > 0) {
    names.forEach((name, at) => {
      const version = versions[at];
      if (version !== undefined) region.book.learned(name, version, question);
    });
  }
  return versions;
}

/** A token of a shared tier that is passed on the way to a farther one, so that the copy back can be fenced. */
export function* fence(
  region: Region,
  lane: Lane,
  level: Level,
  key: string,
  replaces: number,
): Op<string | undefined> {
  const leases = lane.spaces[level.index]!.leases;
  if (leases === undefined || !level.handle.available) return undefined;
  const { leaseTtlMs: ttlMs, clock } = region.context;
  const request = { now: clock.now(), ttlMs, exclusive: false, replaces };
  const answer = yield* wait(level.handle.ask('lease', () => leases.acquire(key, request), key));
  return answer !== FAILED && answer.state === 'won' ? answer.token : undefined;
}

/** Copies what was found far to the nearer tiers, as long as nothing newer happened to the key. */
export function* copyNearer(
  region: Region,
  lane: Lane,
  key: string,
  reading: Reading,
  origin: {
    readonly mark: Pick<Mark, 'refuses'>;
    readonly checkedAt: number;
    readonly plan: Plan | undefined;
  },
): Op<void> {
  const { found, tokens, departed } = reading;
  if (found === undefined || found.stale) return;
  // What was copied from a copy is no nearer to the truth than that one.
  const isTruth = found.level.index === region.last;
  const checkedAt = isTruth ? origin.checkedAt : Math.min(origin.checkedAt, found.entry.checkedAt);
  for (let index = found.level.index - 1; index >= 0; index--) {
    const level = region.levels[index]!;
    if (origin.mark.refuses(found.entry.version)) return;
    if (!level.handle.available || level.handle.covers(region.name, key)) continue;
    const now = region.context.clock.now();
    const copy = copyForTier(found.entry, level, origin.plan, now, checkedAt);
    yield* putCopy(region, lane, level, key, copy, { token: tokens[index], departed });
    if (origin.mark.refuses(copy.version)) yield* dropOlder(region, lane, level, key, copy.version);
  }
}

/** Stores a copy in one nearer tier: with the token where fills are fenced. */
function* putCopy(
  region: Region,
  lane: Lane,
  level: Level,
  key: string,
  copy: Entry,
  { token, departed }: { readonly token: string | undefined; readonly departed: number },
): Op<void> {
  const space = lane.spaces[level.index]!;
  const now = region.context.clock.now();
  if (!region.needsFence(level, departed) || space.leases === undefined) {
    yield* wait(level.handle.ask('set', () => space.set(key, copy, now), key));
  } else if (token !== undefined) {
    const { leases } = space;
    yield* wait(level.handle.ask('fill', () => leases.fill(key, copy, token, now), key));
  }
}

/** After a write that was overtaken on its way: what it left in the tier, and what is older, must not stay. */
export function* dropOlder(
  region: Region,
  lane: Lane,
  { handle, index }: Level,
  key: string,
  version: number,
): Op<void> {
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const copy = yield* wait(handle.ask('get', () => space.get(key, now), key));
  if (copy === undefined || (copy !== FAILED && version > 0 && copy.version > version)) return;
  const deleted = yield* wait(handle.ask('delete', () => space.delete(key, now), key));
  if (deleted === FAILED) handle.keepKey(region.name, key);
}

/** A read of one key, with copies to the nearer tiers. */
export function* readKey(region: Region, lane: Lane, key: string, options: ReadOptions = {}): Op<Reading> {
  if (region.last === 0) return yield* readThrough(region, lane, key, options);
  const mark: Mark = region.flights.reads.enter(key);
  try {
    const checkedAt = region.context.clock.now();
    const reading = yield* readThrough(region, lane, key, options);
    yield* copyNearer(region, lane, key, reading, { mark, checkedAt, plan: undefined });
    return reading;
  } finally {
    region.flights.reads.leave(key, mark);
  }
}
