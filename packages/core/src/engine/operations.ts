import type { Duration } from '../adapter/duration.ts';
import { durationMs } from '../adapter/duration.ts';
import { checkKey } from '../adapter/key.ts';
import { show } from '../adapter/show.ts';
import { checkEntries, checkKeys, checkValue } from '../arguments.ts';
import type { EntryInfo } from '../cache.ts';
import type { Plan } from '../options/entry-options.ts';
import { checkTags, resolvePlan } from '../options/entry-options.ts';
import { readKeys } from './batch-read.ts';
import { deleteKeys, setKeys } from './batch-write.ts';
import { describeEntry } from './describe.ts';
import type { Op } from './driver.ts';
import type { InvalidationResult, Target } from './invalidate.ts';
import { invalidateAll } from './invalidate.ts';
import { answerOfRead, noteLookups } from './lookup.ts';
import { readKey, readThrough } from './read.ts';
import type { Lane, Region } from './region.ts';
import { deleteKey, retimeKey, setKey } from './write.ts';

/*
 * The cache's methods, but for loading: they check their arguments, do the work on a lane, count it and tell of it.
 * `cache.ts` says what each promises.
 */

export function* get(region: Region, lane: Lane, key: string): Op<unknown> {
  checkKey(key);
  return answerOfRead(region, lane, key, yield* readKey(region, lane, key));
}

export function* has(region: Region, lane: Lane, key: string): Op<boolean> {
  checkKey(key);
  const { found } = yield* readKey(region, lane, key, { counts: false });
  return found !== undefined && !found.entry.negative;
}

export function* set(region: Region, lane: Lane, key: string, value: unknown, options: unknown): Op<void> {
  checkKey(key);
  checkValue(value, key);
  const plan = planOf(region, options);
  plan.signal?.throwIfAborted();
  yield* setKey(region, lane, key, value, plan);
  region.counters.sets++;
  if (region.events.hears('set')) region.emit('set', { key });
}

export function* remove(region: Region, lane: Lane, key: string): Op<boolean> {
  checkKey(key);
  const existed = yield* deleteKey(region, lane, key);
  region.counters.deletes++;
  if (region.events.hears('delete')) region.emit('delete', { key, existed });
  return existed;
}

export function* touch(region: Region, lane: Lane, key: string, ttl: Duration): Op<boolean> {
  checkKey(key);
  return yield* retimeKey(region, lane, key, 'touch', durationMs(ttl, 'ttl'));
}

export function* expire(region: Region, lane: Lane, key: string): Op<boolean> {
  checkKey(key);
  return yield* retimeKey(region, lane, key, 'expire', 0);
}

export function* getMany(region: Region, lane: Lane, keys: Iterable<string>): Op<Map<string, unknown>> {
  const checked = checkKeys(keys);
  noteLookups(region, checked);
  const readings = yield* readKeys(region, lane, checked);
  const values = new Map<string, unknown>();
  checked.forEach((key, at) => {
    const value = answerOfRead(region, lane, key, readings[at]!);
    if (value !== undefined) values.set(key, value);
  });
  return values;
}

export function* setMany(region: Region, lane: Lane, entries: unknown, options: unknown): Op<void> {
  const values = checkEntries(entries);
  const plan = planOf(region, options);
  plan.signal?.throwIfAborted();
  yield* setKeys(region, lane, values, plan);
  region.counters.sets += values.size;
  if (region.events.hears('set')) for (const key of values.keys()) region.emit('set', { key });
}

export function* deleteMany(region: Region, lane: Lane, keys: Iterable<string>): Op<number> {
  const checked = checkKeys(keys);
  const existed = yield* deleteKeys(region, lane, checked);
  region.counters.deletes += checked.length;
  if (region.events.hears('delete')) {
    for (const key of checked) region.emit('delete', { key, existed: existed.has(key) });
  }
  return existed.size;
}

export function* getEntry(region: Region, lane: Lane, key: string): Op<EntryInfo | undefined> {
  checkKey(key);
  const reading = yield* readThrough(region, lane, key, { counts: false, fences: false });
  return describeEntry(reading, region.context.clock.now());
}

/** Invalidates in some regions; `laneOf` gives the lane of each. */
export function* invalidate(
  regions: readonly Region[],
  laneOf: (region: Region) => Lane,
  target: Target,
): Op<InvalidationResult> {
  const result = yield* invalidateAll(regions, laneOf, target);
  for (const region of regions) {
    if (!region.events.hears('invalidate')) continue;
    const names = target.kind === 'tags' ? target.tags : target.kind === 'pattern' ? [target.pattern] : [];
    const { done, deferred } = result;
    region.emit('invalidate', { kind: target.kind, target: names, remote: false, done, deferred });
  }
  return result;
}

/** @throws TypeError for what is no array of tags. */
export function tagsTarget(tags: unknown): Target {
  return { kind: 'tags', tags: [...new Set(checkTags(tags, 'tags'))] };
}

/** @throws TypeError for what is no glob. */
export function patternTarget(pattern: unknown): Target {
  if (typeof pattern !== 'string') throw new TypeError(`pattern must be a string, a Redis glob, not ${show(pattern)}.`);
  return { kind: 'pattern', pattern };
}

/** What a call goes by: the region's defaults with its options put over them. */
export function planOf(region: Region, options: unknown): Plan {
  return options === undefined ? region.defaults : resolvePlan(region.defaults, options, region.tierNames);
}

/** The values of `keys` in their order, from two sources; what is in neither, or `undefined`, is left out. */
export function inOrder<V>(
  keys: readonly string[],
  near: ReadonlyMap<string, unknown>,
  loaded: ReadonlyMap<string, unknown>,
): Map<string, V> {
  const values = new Map<string, V>();
  for (const key of keys) {
    const value = near.has(key) ? near.get(key) : loaded.get(key);
    if (value !== undefined) values.set(key, value as V);
  }
  return values;
}
