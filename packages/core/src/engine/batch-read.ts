import type { Entry } from '../entry/entry.ts';
import { usableUntil, visibleUntil } from '../entry/entry.ts';
import { departures } from './attachments.ts';
import type { Op } from './driver.ts';
import { all, wait } from './driver.ts';
import type { Mark } from './flights.ts';
import type { Found, Reading } from './read.ts';
import { copyNearer, fence, isPlainTruth, isTrusted } from './read.ts';
import type { Lane, Level, Region } from './region.ts';
import { FAILED } from './tier-handle.ts';

/** A reading that is being made. */
interface Draft {
  readonly key: string;
  found: Found | undefined;
  usable: Found | undefined;
  rejected: number;
  /** The version of what the last tier had that was asked; 0 when it had nothing. */
  passed: number;
  tokens: readonly (string | undefined)[];
  readonly departed: number;
}

const NO_TOKENS: readonly undefined[] = [];

/** As `readThrough`, for many keys, in their order: one command per tier for all that are still missing. */
export function* readManyThrough(
  region: Region,
  lane: Lane,
  keys: readonly string[],
  onStale?: (key: string, found: Found) => void,
): Op<readonly Reading[]> {
  const departed = departures();
  const drafts = keys.map(
    (key): Draft => ({ key, found: undefined, usable: undefined, rejected: 0, passed: 0, tokens: NO_TOKENS, departed }),
  );
  for (const level of region.levels) {
    const missing = level.index === 0 ? drafts : drafts.filter(({ found }) => found === undefined || found.stale);
    if (missing.length === 0) break;
    if (!level.handle.available) continue;
    yield* readLevel(region, lane, level, missing, onStale);
  }
  return drafts;
}

function* readLevel(
  region: Region,
  lane: Lane,
  level: Level,
  drafts: readonly Draft[],
  onStale: ((key: string, found: Found) => void) | undefined,
): Op<void> {
  const { handle, index } = level;
  const asked = handle.clean ? drafts : drafts.filter(({ key }) => !handle.covers(region.name, key));
  const keys = asked.map(({ key }) => key);
  const space = lane.spaces[index]!;
  const sentAt = region.context.clock.now();
  const entries = yield* wait(handle.ask('getMany', () => space.getMany(keys, sentAt)));
  if (entries === FAILED) return;
  const now = region.context.clock.now();
  const trusts = yield* trustsOf(region, lane, level, entries, now);
  for (const draft of drafts) draft.passed = 0;
  asked.forEach((draft, at) => {
    const entry = entries[at];
    draft.passed = entry?.version ?? 0;
    const isHit =
      entry !== undefined && trusts[at]! && take(draft, { entry, level, stale: now >= entry.freshUntil }, now, onStale);
    if (isHit) level.counters.hits++;
    else level.counters.misses++;
    if (!isHit && index === region.last) draft.rejected = entry?.version ?? 0;
  });
  if (index < region.last && region.isFenced(level)) {
    const passed = drafts.filter(({ found }) => found === undefined || found.stale);
    const tokens = yield* all(passed.map(({ key, passed: version }) => fence(region, lane, level, key, version)));
    passed.forEach((draft, at) => {
      const given = [...draft.tokens];
      given[index] = tokens[at];
      draft.tokens = given;
    });
  }
}

/** Whether each may be served. Only for those with tags or to be vouched for is anything begun. */
function* trustsOf(
  region: Region,
  lane: Lane,
  level: Level,
  entries: readonly (Entry | undefined)[],
  now: number,
): Op<boolean[]> {
  const doubtful: number[] = [];
  const trusts = entries.map((entry, at) => {
    if (entry === undefined || usableUntil(entry) <= now) return false;
    if (isPlainTruth(region, level, entry)) return true;
    doubtful.push(at);
    return false;
  });
  const found = yield* all(doubtful.map((at) => isTrusted(region, lane, level, entries[at]!, now)));
  doubtful.forEach((at, index) => {
    trusts[at] = found[index]!;
  });
  return trusts;
}

/** Notes what a tier had. Whether reads may answer with it. */
function take(
  draft: Draft,
  found: Found,
  now: number,
  onStale: ((key: string, found: Found) => void) | undefined,
): boolean {
  const { entry, stale } = found;
  if (draft.usable === undefined || entry.freshUntil > draft.usable.entry.freshUntil) draft.usable = found;
  if (!stale) {
    draft.found = found;
    return true;
  }
  if (now >= visibleUntil(entry)) return false;
  if (draft.found === undefined || entry.freshUntil > draft.found.entry.freshUntil) {
    if (draft.found === undefined) onStale?.(draft.key, found);
    draft.found = found;
  }
  return true;
}

/** A read of many keys, with copies to the nearer tiers. */
export function* readKeys(region: Region, lane: Lane, keys: readonly string[]): Op<readonly Reading[]> {
  if (region.last === 0) return yield* readManyThrough(region, lane, keys);
  const marks = keys.map((key) => region.flights.reads.enter(key));
  try {
    const checkedAt = region.context.clock.now();
    const readings = yield* readManyThrough(region, lane, keys);
    const copies = keys.map((key, at) => {
      const mark = marks[at] as Mark;
      return copyNearer(region, lane, key, readings[at] as Reading, { mark, checkedAt, plan: undefined });
    });
    yield* all(copies);
    return readings;
  } finally {
    keys.forEach((key, at) => {
      region.flights.reads.leave(key, marks[at] as Mark);
    });
  }
}
