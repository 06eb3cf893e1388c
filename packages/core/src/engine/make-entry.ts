import { durationMs } from '../adapter/duration.ts';
import { physicalKey } from '../adapter/key.ts';
import { show } from '../adapter/show.ts';
import type { Entry, TagVersion } from '../entry/entry.ts';
import { usableUntil } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Clock } from '../ports/clock.ts';
import type { Serializer } from '../ports/serializer.ts';
import { checkKeepable } from '../serializer/keepable.ts';
import type { Lane, Level, Region } from './region.ts';

/** What an entry is made of beside its plan. */
export interface Making {
  /** `undefined` makes a negative entry. */
  readonly value: unknown;
  readonly now: number;
  readonly tags: readonly TagVersion[];
  readonly cost: number;
}

/**
 * The plan of a single entry: its ttl computed, and all that it says of a ttl jittered.
 *
 * @throws TypeError when a computed ttl is none.
 */
export function settlePlan(plan: Plan, key: string, value: unknown, clock: Clock): Plan {
  const { ttlOf, jitter, tierTtlMs } = plan;
  if (ttlOf === undefined && jitter === 0) return plan;
  const ttlMs = ttlOf === undefined || value === undefined ? plan.ttlMs : durationMs(ttlOf(value, key), 'ttl()');
  if (jitter === 0) return { ...plan, ttlMs, ttlOf: undefined };
  const factor = 1 + jitter * (2 * clock.random() - 1);
  const ofTiers = tierTtlMs && Object.entries(tierTtlMs).map(([name, ms]) => [name, jittered(ms, factor)]);
  return {
    ...plan,
    ttlMs: jittered(ttlMs, factor),
    ttlOf: undefined,
    jitter: 0,
    negativeMs: jittered(plan.negativeMs, factor),
    tierTtlMs: ofTiers && Object.fromEntries(ofTiers),
  };
}

/** Symmetric: uniform within ±`jitter` of the ttl. `Infinity` has no part that could vary. */
function jittered(ttlMs: number, factor: number): number {
  return ttlMs === Infinity ? ttlMs : ttlMs * factor;
}

/** @param plan - a settled one. */
export function makeEntry(plan: Plan, { value, now, tags, cost }: Making): Entry {
  const negative = value === undefined;
  const ttlMs = negative ? plan.negativeMs : plan.ttlMs;
  const slidingMs = negative ? 0 : Math.min(plan.slidingMs, ttlMs);
  const slides = slidingMs > 0 && slidingMs < Infinity;
  return {
    // What a near hit looks at comes first, so that it lies in the first cache line.
    value,
    negative,
    tags: tags.length === 0 ? undefined : tags,
    usableMs: negative ? 0 : Math.max(plan.staleMs, plan.errorMs),
    slidingMs: slides ? slidingMs : 0,
    freshUntil: now + (slides ? slidingMs : ttlMs),
    checkedAt: now,
    staleMs: negative ? 0 : plan.staleMs,
    slidesUntil: slides && plan.slidingMs === Infinity ? Infinity : now + ttlMs,
    createdAt: now,
    version: 0,
    cost,
  };
}

/** The entry as one tier stores it: for as long as the plan's override for the tier says, or at most the tier's ttl. */
export function entryForTier(entry: Entry, level: Level, plan: Plan, now: number): Entry {
  const overrideMs = plan.tierTtlMs?.[level.handle.name];
  if (overrideMs === undefined || entry.negative) return endingBy(entry, now + (level.handle.tier.ttlMs ?? Infinity));
  if (entry.slidingMs === 0) return { ...entry, freshUntil: now + overrideMs, slidesUntil: now + overrideMs };
  const slidingMs = Math.min(entry.slidingMs, overrideMs);
  const slidesUntil = entry.slidesUntil === Infinity ? Infinity : now + overrideMs;
  return { ...entry, freshUntil: now + slidingMs, slidingMs, slidesUntil };
}

/** The copy that a nearer tier keeps of what a farther one holds: it never outlives it. */
export function copyForTier(entry: Entry, level: Level, plan: Plan | undefined, now: number, checkedAt: number): Entry {
  const keptMs = plan?.tierTtlMs?.[level.handle.name] ?? level.handle.tier.ttlMs ?? Infinity;
  return { ...endingBy(entry, now + keptMs), checkedAt };
}

function endingBy(entry: Entry, end: number): Entry {
  if (usableUntil(entry) <= end) return entry;
  const freshUntil = Math.min(entry.freshUntil, end);
  const usableMs = Math.min(entry.usableMs, end - freshUntil);
  return {
    ...entry,
    freshUntil,
    staleMs: Math.min(entry.staleMs, usableMs),
    usableMs,
    slidesUntil: Math.max(freshUntil, Math.min(entry.slidesUntil, end)),
  };
}

/**
 * The value as bytes for each level that keeps bytes, made before anything is stored. Tiers with the same serializer
 * share them.
 *
 * @throws CacheError `SERIALIZATION_FAILED`; where no tier keeps bytes, for what the default serializer would refuse.
 */
export function encodeFor(
  region: Region,
  lane: Lane,
  key: string,
  value: unknown,
  isLoaded: boolean,
): (Uint8Array | undefined)[] {
  const payloads = encodedFor(region, lane, key, value);
  if (region.observer !== undefined) {
    const sizes = payloads.filter((payload) => payload !== undefined).map(({ length }) => length);
    const bytes = sizes.length === 0 ? {} : { bytes: Math.max(...sizes) };
    region.observer.storing(region.name, key, value, { isLoaded, ...bytes });
  }
  return payloads;
}

function encodedFor(region: Region, lane: Lane, key: string, value: unknown): (Uint8Array | undefined)[] {
  if (typeof value === 'function' || typeof value === 'symbol') {
    const message = `The value of key ${show(key)} is a ${typeof value}, which no tier can keep.`;
    throw new CacheError('SERIALIZATION_FAILED', message);
  }
  if (value === undefined) return [];
  if (!lane.keepsBytes) {
    orRefused(key, () => checkKeepable(value));
    return [];
  }
  const done = new Map<Serializer, Uint8Array>();
  return lane.spaces.map(({ serializer }) => {
    if (serializer === undefined) return undefined;
    const bytes = done.get(serializer) ?? encode(serializer, physicalKey(region.scope, key), value);
    done.set(serializer, bytes);
    return bytes;
  });
}

function encode(serializer: Serializer, key: string, value: unknown): Uint8Array {
  return orRefused(key, () => serializer.encode(value, key));
}

function orRefused<T>(key: string, keep: () => T): T {
  try {
    return keep();
  } catch (error) {
    if (CacheError.is(error, 'SERIALIZATION_FAILED')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The value of key ${show(key)} cannot be serialized: ${reason}`;
    throw new CacheError('SERIALIZATION_FAILED', message, { cause: error });
  }
}
