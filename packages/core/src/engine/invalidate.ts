import { compileGlob } from '../adapter/glob.ts';
import { randomVersion } from '../adapter/random-token.ts';
import type { TagVersion } from '../entry/entry.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Keyspace } from '../ports/keyspace.ts';
import { announce } from './announce.ts';
import type { Op } from './driver.ts';
import { all, wait } from './driver.ts';
import type { Lane, Level, Region } from './region.ts';
import { EPOCH } from './tag-book.ts';
import { FAILED } from './tier-handle.ts';

/** Which tiers have confirmed an invalidation, and to which it will be delivered when they are back. */
export interface InvalidationResult {
  readonly done: string[];
  readonly deferred: string[];
}

/** What is to be invalidated in a region. */
export type Target =
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'clear' };

/** Invalidates in one region: in all its tiers, the farthest first, and in what is under way. */
function* invalidate(region: Region, lane: Lane, target: Target): Op<InvalidationResult> {
  switch (target.kind) {
    case 'pattern':
      return yield* invalidatePattern(region, lane, target.pattern);
    case 'tags':
      return yield* invalidateTags(region, lane, target.tags);
    case 'clear':
      return yield* clearRegion(region, lane);
  }
}

function* invalidatePattern(region: Region, lane: Lane, pattern: string): Op<InvalidationResult> {
  const matches = compileGlob(pattern);
  const overtake = (): void => region.flights.overtakeWhere(matches);
  const result = yield* sweep(region, lane, overtake, {
    command: (space, now) => space.deletePattern(pattern, now),
    keep: ({ handle }) => handle.keepPattern(region.name, pattern),
  });
  yield* announce(region, lane, { kind: 'pattern', pattern, at: 0 });
  return result;
}

function* clearRegion(region: Region, lane: Lane): Op<InvalidationResult> {
  const overtake = (): void => {
    region.flights.overtakeWhere(() => true);
    region.book.clear();
  };
  const result = yield* sweep(region, lane, overtake, {
    command: (space, now) => space.clear(now),
    keep: ({ handle }) => handle.keepAll(region.name),
  });
  yield* announce(region, lane, { kind: 'clear', at: 0 });
  return result;
}

interface Sweep {
  command(space: Keyspace, now: number): MaybePromise<void>;
  keep(level: Level): void;
}

function* sweep(region: Region, lane: Lane, overtake: () => void, { command, keep }: Sweep): Op<InvalidationResult> {
  const result: InvalidationResult = { done: [], deferred: [] };
  overtake();
  for (let index = region.last; index >= 0; index--) {
    const level = region.levels[index]!;
    const space = lane.spaces[index]!;
    const now = region.context.clock.now();
    const answer = yield* wait(level.handle.sweep('invalidate', () => command(space, now)));
    // What was read or begun while the tier worked saw the old values.
    overtake();
    if (answer === FAILED) keep(level);
    (answer === FAILED ? result.deferred : result.done).push(level.handle.name);
  }
  return result;
}

/**
 * Gives the tags new versions where the farthest tier keeps them; whatever carries the old ones is invalid from then
 * on, in every tier and in every load under way.
 */
function* invalidateTags(region: Region, lane: Lane, tags: readonly string[]): Op<InvalidationResult> {
  const pairs = tags.map((tag): TagVersion => [tag, randomVersion()]);
  const renewal: TagVersion[] = [[EPOCH, randomVersion()], ...pairs];
  const { handle, index } = region.authority;
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const named = new Set(tags);
  region.book.renewed(renewal, now);
  region.flights.overtakeTagged(named);
  const answer = yield* wait(handle.ask('versions.renew', () => space.versions.renew(renewal, now)));
  // A read may have noted the old versions meanwhile, and another process may have renewed them before this or after.
  region.book.heard(renewal);
  region.flights.overtakeTagged(named);
  if (answer === FAILED) handle.keepTags(region.name, pairs);
  yield* announce(region, lane, { kind: 'tags', tags: renewal, at: 0 });
  const names = region.tierNames;
  return answer === FAILED
    ? { done: names.slice(0, -1), deferred: names.slice(-1) }
    : { done: [...names], deferred: [] };
}

/** Invalidates in several regions at once; a tier that is done with all of them is done. */
export function* invalidateAll(
  regions: readonly Region[],
  laneOf: (region: Region) => Lane,
  target: Target,
): Op<InvalidationResult> {
  const results = yield* all(regions.map((region) => invalidate(region, laneOf(region), target)));
  const deferred = new Set(results.flatMap((result) => result.deferred));
  const done = new Set(results.flatMap((result) => result.done).filter((name) => !deferred.has(name)));
  return { done: [...done], deferred: [...deferred] };
}
