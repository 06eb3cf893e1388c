import { show } from '../adapter/show.ts';
import type { Entry } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { Plan } from '../options/entry-options.ts';
import type { KeyspaceItem } from '../ports/keyspace.ts';
import { allFailed } from './all-failed.ts';
import { announce } from './announce.ts';
import type { Op } from './driver.ts';
import { wait } from './driver.ts';
import type { Mark } from './flights.ts';
import { encodeFor, entryForTier, makeEntry, settlePlan } from './make-entry.ts';
import type { Lane, Level, Region } from './region.ts';
import type { Failed } from './tier-handle.ts';
import { FAILED } from './tier-handle.ts';
import { dropNearer, snapshotTags, tagsUntil } from './write.ts';

/** One value on its way to the tiers. */
interface Parcel {
  readonly key: string;
  readonly payloads: readonly (Uint8Array | undefined)[];
  readonly mark: Mark;
  readonly plan: Plan;
  entry: Entry;
  /** Tiers that have it. */
  stored: number;
  refusal: Error | undefined;
}

/** Stores many values: one command per tier, the farthest first. What cannot be serialized fails before any is stored. */
export function* setKeys(region: Region, lane: Lane, values: ReadonlyMap<string, unknown>, options: Plan): Op<void> {
  if (values.size === 0) return;
  const { clock } = region.context;
  const prepared = [...values].map(([key, value]) => {
    const payloads = encodeFor(region, lane, key, value, false);
    return { key, value, payloads, plan: settlePlan(options, key, value, clock) };
  });
  for (const { key } of prepared) region.flights.overtake(key);
  const marks = prepared.map(({ key }) => region.flights.sets.enter(key));
  try {
    const tags = yield* snapshotTags(region, lane, options.tags, tagsUntil(options, clock.now()));
    const now = clock.now();
    const parcels = prepared.map(({ key, value, payloads, plan }, at): Parcel => {
      const entry = makeEntry(plan, { value, now, tags, cost: 0 });
      return { key, payloads, plan, entry, mark: marks[at] as Mark, stored: 0, refusal: undefined };
    });
    yield* deliver(region, lane, parcels);
  } finally {
    prepared.forEach(({ key }, at) => {
      region.flights.sets.leave(key, marks[at] as Mark);
    });
  }
}

function* deliver(region: Region, lane: Lane, parcels: readonly Parcel[]): Op<void> {
  for (let index = region.last; index >= 0; index--) {
    const level = region.levels[index]!;
    const isFarthest = index === region.last;
    const going = isFarthest ? parcels : parcels.filter(({ mark, entry }) => !mark.refuses(entry.version));
    yield* storeAll(region, lane, level, going, isFarthest);
    for (const { key, entry, mark } of going) {
      if (mark.refuses(entry.version)) yield* dropNearer(region, lane, key, entry.version);
      else region.flights.overtakeReads(key);
    }
  }
  const keys = parcels.map(({ key }) => key);
  const versions = parcels.map(({ entry }) => entry.version);
  const earliest = versions.reduce((least, version) => Math.min(least, version), Infinity);
  yield* announce(region, lane, { kind: 'set', keys, versions, at: earliest });
  const lost = parcels.find(({ stored, mark }) => stored === 0 && !mark.overtaken);
  if (lost === undefined) return;
  if (lost.refusal !== undefined) throw lost.refusal;
  throw allFailed(region, `set key ${show(lost.key)}`);
}

function* storeAll(
  region: Region,
  lane: Lane,
  level: Level,
  parcels: readonly Parcel[],
  isFarthest: boolean,
): Op<void> {
  if (parcels.length === 0) return;
  const { handle, index } = level;
  const space = lane.spaces[index]!;
  const now = region.context.clock.now();
  const items = parcels.map(({ key, entry, payloads, plan }): KeyspaceItem => {
    const payload = payloads[index];
    return { key, entry: entryForTier(entry, level, plan, now), ...(payload === undefined ? {} : { payload }) };
  });
  const answers = yield* wait(handle.ask('setMany', () => space.setMany(items, now)));
  parcels.forEach((parcel, at) => {
    const answer: number | Error | Failed | undefined = answers === FAILED ? FAILED : answers[at];
    if (answer instanceof Error && !CacheError.is(answer, 'PART_DOWN')) {
      parcel.refusal = answer;
      handle.note('setMany', answer, parcel.key);
    } else if (typeof answer === 'number') {
      parcel.stored++;
      handle.confirmed(region.name, parcel.key);
      if (isFarthest) parcel.entry = { ...parcel.entry, version: answer };
    } else {
      handle.keepKey(region.name, parcel.key);
    }
  });
}

/** @returns the keys that had a value. */
export function* deleteKeys(region: Region, lane: Lane, keys: readonly string[]): Op<Set<string>> {
  if (keys.length === 0) return new Set();
  const overtake = (): void => {
    for (const key of keys) region.flights.overtake(key);
  };
  overtake();
  const existed = new Set<string>();
  /** By place: how many tiers could not delete the key. */
  const failures = keys.map(() => 0);
  for (let index = region.last; index >= 0; index--) {
    const { handle } = region.levels[index]!;
    const space = lane.spaces[index]!;
    const now = region.context.clock.now();
    const hidden = handle.clean ? undefined : new Set(keys.filter((key) => handle.covers(region.name, key)));
    const answers = yield* wait(handle.ask('deleteMany', () => space.deleteMany(keys, now)));
    overtake();
    keys.forEach((key, at) => {
      const answer: boolean | Error | Failed | undefined = answers === FAILED ? FAILED : answers[at];
      if (answer === FAILED || answer instanceof Error) {
        if (answer instanceof Error && !CacheError.is(answer, 'PART_DOWN')) handle.note('deleteMany', answer, key);
        failures[at]!++;
        handle.keepKey(region.name, key);
        return;
      }
      handle.confirmed(region.name, key);
      if (answer === true && !hidden?.has(key)) existed.add(key);
    });
  }
  yield* announce(region, lane, { kind: 'delete', keys, at: 0 });
  const lost = keys.filter((_, at) => failures[at] === region.levels.length);
  if (lost.length > 0) {
    throw allFailed(region, `delete ${lost.length} of ${keys.length} keys, such as ${show(lost[0])}`);
  }
  return existed;
}
