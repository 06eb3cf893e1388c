import { randomVersion } from '../adapter/random-token.ts';
import { show } from '../adapter/show.ts';
import type { Entry, TagVersion } from '../entry/entry.ts';
import { usableUntil } from '../entry/entry.ts';
import type { CacheError } from '../errors.ts';
import type { Plan } from '../options/entry-options.ts';
import { allFailed } from './all-failed.ts';
import { announce } from './announce.ts';
import type { Op } from './driver.ts';
import { wait } from './driver.ts';
import type { Mark } from './flights.ts';
import { encodeFor, entryForTier, makeEntry, settlePlan } from './make-entry.ts';
import { dropOlder } from './read.ts';
import type { Lane, Level, Region } from './region.ts';
import type { Failed, TierHandle } from './tier-handle.ts';
import { FAILED } from './tier-handle.ts';

/** What came of writing to a tier: its answer, `FAILED`, or the tier's refusal of the value. */
type Outcome<T> = T | Failed | CacheError;

/** The versions of tags before a load or set begins, created where they are missing. */
export function* snapshotTags(
  region: Region,
  lane: Lane,
  tags: readonly string[],
  until: number,
): Op<readonly TagVersion[]> {
  if (tags.length === 0) return [];
  return (yield* ensureTags(region, lane, tags, until)) ?? provisional(region, tags);
}

/** The versions as the farthest tier has them, created where they are missing; `undefined` when it cannot be asked. */
export function* ensureTags(
  region: Region,
  lane: Lane,
  tags: readonly string[],
  until: number,
): Op<readonly TagVersion[] | undefined> {
  const { handle, index } = region.authority;
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const question = region.book.asking(now);
  const versions = yield* wait(handle.ask('versions.ensure', () => space.versions.ensure(tags, until, now)));
  if (versions === FAILED) return undefined;
  const pairs = tags.map((tag, at): TagVersion => [tag, versions[at]!]);
  if (region.last > 0) for (const [tag, version] of pairs) region.book.learned(tag, version, question);
  return pairs;
}

/**
 * While the tier that keeps the versions is away: those that this process knows, or its own. Near copies with them are
 * valid in this process until it learns better.
 */
function provisional(region: Region, tags: readonly string[]): TagVersion[] {
  const question = region.book.asking(region.context.clock.now());
  return tags.map((tag): TagVersion => {
    const version = region.book.peek(tag) ?? randomVersion();
    region.book.learned(tag, version, question);
    return [tag, version];
  });
}

/** How much longer than its entry a tag's version lives: the load may take its time. */
const TAG_MARGIN_MS = 3_600_000;

/** How long the versions of an entry's tags have to live. */
export function tagsUntil(plan: Plan, now: number): number {
  const slidesForEver = plan.slidingMs === Infinity;
  if (plan.ttlOf !== undefined || slidesForEver) return Infinity;
  const longest = Math.max(plan.ttlMs, plan.negativeMs, ...Object.values(plan.tierTtlMs ?? {}));
  return now + longest * (1 + plan.jitter) + Math.max(plan.staleMs, plan.errorMs) + TAG_MARGIN_MS;
}

/** Stores a value in every tier, the farthest first. */
export function* setKey(region: Region, lane: Lane, key: string, value: unknown, options: Plan): Op<void> {
  const payloads = encodeFor(region, lane, key, value, false);
  const { clock } = region.context;
  const plan = settlePlan(options, key, value, clock);
  region.flights.overtake(key);
  const mark = region.flights.sets.enter(key);
  try {
    const tags = yield* snapshotTags(region, lane, plan.tags, tagsUntil(plan, clock.now()));
    const entry = makeEntry(plan, { value, now: clock.now(), tags, cost: 0 });
    yield* writeThrough(region, lane, key, { entry, payloads, plan, mark });
  } finally {
    region.flights.sets.leave(key, mark);
  }
}

interface Writing {
  readonly entry: Entry;
  readonly payloads: readonly (Uint8Array | undefined)[];
  readonly plan: Plan;
  readonly mark: Pick<Mark, 'refuses'>;
}

function* writeThrough(region: Region, lane: Lane, key: string, writing: Writing): Op<void> {
  const failures: (CacheError | Failed)[] = [];
  let { entry } = writing;
  for (let index = region.last; index >= 0; index--) {
    const level = region.levels[index]!;
    const version: Outcome<number> = yield* storeAt(region, lane, level, key, entry, writing);
    if (typeof version !== 'number') failures.push(version);
    if (index === region.last && typeof version === 'number') entry = { ...entry, version };
    if (writing.mark.refuses(entry.version)) {
      yield* dropNearer(region, lane, key, entry.version);
      break;
    }
    // Reads that saw the old value there must not copy it over the new one.
    region.flights.overtakeReads(key);
  }
  yield* announce(
    region,
    lane,
    { kind: 'set', keys: [key], versions: [entry.version], at: entry.version },
    entry.version > 0 ? region.authority.handle : undefined,
  );
  if (failures.length < region.levels.length) return;
  const refusal = failures.find((failure) => failure !== FAILED);
  throw refusal ?? allFailed(region, `set key ${show(key)}`);
}

function* storeAt(
  region: Region,
  lane: Lane,
  level: Level,
  key: string,
  entry: Entry,
  { plan, payloads }: Writing,
): Op<Outcome<number>> {
  const { handle, index } = level;
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const stored = entryForTier(entry, level, plan, now);
  let version: Outcome<number>;
  try {
    version = yield* wait(handle.attempt('set', () => space.set(key, stored, now, payloads[index]), key));
  } catch (error) {
    // The tier refused the value and has let go of the old one.
    region.context.reportError(region, error as CacheError, { operation: 'set', key, tier: handle.name });
    return error as CacheError;
  }
  if (version === FAILED) handle.keepKey(region.name, key);
  else handle.confirmed(region.name, key);
  return version;
}

/**
 * After a set that was overtaken on its way: which of the two came later to the farthest tier is not known, so that
 * neither may leave anything older in a nearer one.
 */
export function* dropNearer(region: Region, lane: Lane, key: string, version: number): Op<void> {
  region.flights.overtake(key);
  for (let index = region.last - 1; index >= 0; index--) {
    yield* dropOlder(region, lane, region.levels[index]!, key, version);
    // Reads that saw the old value there must not copy it to where it has yet to be dropped, or has been.
    region.flights.overtakeReads(key);
  }
}

/** @returns whether a value was there. */
export function* deleteKey(region: Region, lane: Lane, key: string): Op<boolean> {
  region.flights.overtake(key);
  let existed = false;
  let failed = 0;
  let announcedBy: TierHandle | undefined;
  for (let index = region.last; index >= 0; index--) {
    const { handle } = region.levels[index]!;
    const space = lane.spaces[index]!;
    const now = region.context.clock.now();
    const hidden = handle.covers(region.name, key);
    const answer = yield* wait(handle.ask('delete', () => space.delete(key, now), key));
    // What was read or begun while the tier worked saw the old value.
    region.flights.overtake(key);
    if (answer === FAILED) {
      failed++;
      handle.keepKey(region.name, key);
    } else {
      handle.confirmed(region.name, key);
      existed ||= answer && !hidden;
      if (index === region.last) announcedBy = handle;
    }
  }
  yield* announce(region, lane, { kind: 'delete', keys: [key], at: 0 }, announcedBy);
  if (failed === region.levels.length) throw allFailed(region, `delete key ${show(key)}`);
  return existed;
}

/** Lets the versions of an entry's tags outlive it after a touch: when they end was said when it was stored. */
function* prolongTags(region: Region, lane: Lane, key: string): Op<void> {
  const { handle, index } = region.authority;
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const entry = yield* wait(handle.ask('get', () => space.get(key, now), key));
  if (entry === undefined || entry === FAILED || entry.tags === undefined) return;
  const tags = entry.tags.map(([tag]) => tag);
  yield* ensureTags(region, lane, tags, Math.max(usableUntil(entry), entry.slidesUntil) + TAG_MARGIN_MS);
}

/** Moves the end of the ttl, or ends freshness now: at the farthest tier; nearer copies are dropped. */
export function* retimeKey(
  region: Region,
  lane: Lane,
  key: string,
  change: 'touch' | 'expire',
  ttlMs: number,
): Op<boolean> {
  // A touch leaves the value as it is, so loads of it may land.
  const overtake = (): void => {
    if (change === 'touch') region.flights.retime(key);
    else region.flights.overtake(key);
  };
  overtake();
  let announcedBy: TierHandle | undefined;
  let done = false;
  let version = 0;
  let decided = false;
  for (let index = region.last; index >= 0; index--) {
    const { handle } = region.levels[index]!;
    const space = lane.spaces[index]!;
    const now = region.context.clock.now();
    if (decided) {
      const dropped = yield* wait(handle.ask('delete', () => space.delete(key, now), key));
      overtake();
      if (dropped === FAILED) handle.keepKey(region.name, key);
      continue;
    }
    const hidden = handle.covers(region.name, key);
    const keptMs = Math.min(ttlMs, handle.tier.ttlMs ?? Infinity);
    const answer = yield* wait(
      handle.ask(
        change,
        () => (change === 'touch' ? space.touch(key, now + keptMs, now) : space.expire(key, now)),
        key,
      ),
    );
    overtake();
    if (answer === FAILED) {
      handle.keepKey(region.name, key);
      continue;
    }
    decided = true;
    done = answer > 0 && !hidden;
    if (index < region.last) continue;
    announcedBy = handle;
    version = answer;
  }
  // An expire ends negative entries too, of which the tier says nothing.
  if (done || change === 'expire') {
    const message = { kind: change, keys: [key], versions: [version], at: version } as const;
    yield* announce(region, lane, message, announcedBy);
  }
  if (done && change === 'touch') yield* prolongTags(region, lane, key);
  return done;
}
