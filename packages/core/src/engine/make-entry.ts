import { durationMs } from '../adapter/duration.ts';
import { physicalKey } from '../adapter/key.ts';
import { show } from '../adapter/show.ts';
import type { Entry, TagVersion } from '../entry/entry.ts';
import { usableUntil } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Serializer } from '../ports/serializer.ts';
import type { Lane, Level, Region } from './region.ts';

/** What an entry is made of beside its plan. */
export interface Making {
  readonly key: string;
  /** `undefined` makes a negative entry. */
  readonly value: unknown;
  readonly now: number;
  readonly random: number;
  readonly tags: readonly TagVersion[];
  readonly cost: number;
}

/** @throws TypeError when a computed ttl is none. */
export function makeEntry(plan: Plan, { key, value, now, random, tags, cost }: Making): Entry {
  const negative = value === undefined;
  const ttlMs = jittered(negative ? plan.negativeMs : ttlOf(plan, value, key), plan.jitter, random);
  const slidingMs = negative ? 0 : Math.min(plan.slidingMs, ttlMs);
  const slides = slidingMs > 0 && slidingMs < Infinity;
  return {
    value,
    negative,
    createdAt: now,
    freshUntil: now + (slides ? slidingMs : ttlMs),
    staleMs: negative ? 0 : plan.staleMs,
    usableMs: negative ? 0 : Math.max(plan.staleMs, plan.errorMs),
    version: 0,
    cost,
    slidingMs: slides ? slidingMs : 0,
    slidesUntil: slides && plan.slidingMs === Infinity ? Infinity : now + ttlMs,
    tags: tags.length === 0 ? undefined : tags,
    checkedAt: now,
  };
}

function ttlOf(plan: Plan, value: unknown, key: string): number {
  return plan.ttlOf === undefined ? plan.ttlMs : durationMs(plan.ttlOf(value, key), 'the result of ttl()');
}

/** Symmetric: uniform within ±`jitter` of the ttl. */
function jittered(ttlMs: number, jitter: number, random: number): number {
  return jitter === 0 || ttlMs === Infinity ? ttlMs : ttlMs * (1 + jitter * (2 * random - 1));
}

/** The entry as one tier stores it: for as long as the plan's override for the tier says, or at most the tier's ttl. */
export function entryForTier(entry: Entry, level: Level, plan: Plan, now: number): Entry {
  const overrideMs = plan.tierTtlMs?.[level.handle.name];
  if (overrideMs === undefined || entry.negative) return endingBy(entry, now + (level.handle.tier.ttlMs ?? Infinity));
  return { ...entry, freshUntil: now + overrideMs, slidesUntil: now + overrideMs };
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
 * @throws CacheError `SERIALIZATION_FAILED`.
 */
export function encodeFor(region: Region, lane: Lane, key: string, value: unknown): (Uint8Array | undefined)[] {
  if (typeof value === 'function' || typeof value === 'symbol') {
    const message = `The value of key ${show(key)} is a ${typeof value}, which no tier can keep.`;
    throw new CacheError('SERIALIZATION_FAILED', message);
  }
  if (value === undefined || !lane.keepsBytes) return [];
  const done = new Map<Serializer, Uint8Array>();
  return lane.spaces.map(({ serializer }) => {
    if (serializer === undefined) return undefined;
    const bytes = done.get(serializer) ?? encode(serializer, physicalKey(region.scope, key), value);
    done.set(serializer, bytes);
    return bytes;
  });
}

function encode(serializer: Serializer, key: string, value: unknown): Uint8Array {
  try {
    return serializer.encode(value, key);
  } catch (error) {
    if (CacheError.is(error, 'SERIALIZATION_FAILED')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The value of key ${show(key)} cannot be serialized: ${reason}`;
    throw new CacheError('SERIALIZATION_FAILED', message, { cause: error });
  }
}
