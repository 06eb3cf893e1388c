import type { EntryInfo } from '../cache.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Keyspace } from '../ports/keyspace.ts';
import type { CacheStats, TierStats } from './counters.ts';
import { Counters } from './counters.ts';
import type { Reading } from './read.ts';
import type { Region } from './region.ts';

/** What a user may see of an entry. */
export function describeEntry({ found, usable }: Reading, now: number): EntryInfo | undefined {
  const shown = found ?? usable;
  if (shown === undefined) return undefined;
  const { entry, level } = shown;
  return {
    value: entry.value,
    negative: entry.negative,
    tier: level.handle.name,
    createdAt: entry.createdAt,
    expiresAt: entry.freshUntil,
    age: Math.max(0, now - entry.createdAt) / 1000,
    stale: now >= entry.freshUntil,
    tags: entry.tags?.map(([tag]) => tag) ?? [],
    version: entry.version,
  };
}

/** The counters of some regions, added up. Those of one name their tiers as it does; of many, so that each is itself. */
export function sumStats(regions: readonly Region[]): CacheStats {
  const sum = new Counters();
  const tiers: Record<string, TierStats> = {};
  const errorsSeen = new Set<unknown>();
  for (const region of regions) {
    for (const name of Object.keys(sum) as (keyof Counters)[]) sum[name] += region.counters[name];
    for (const { handle, counters, index } of region.levels) {
      const name = regions.length === 1 ? handle.name : handle.label;
      const before = tiers[name] ?? { hits: 0, misses: 0, errors: 0, size: undefined };
      const errors = errorsSeen.has(handle) ? 0 : handle.errors;
      errorsSeen.add(handle);
      tiers[name] = {
        hits: before.hits + counters.hits,
        misses: before.misses + counters.misses,
        errors: before.errors + errors,
        size: added(before.size, sizeOf(region.sync?.spaces[index] ?? region.async.spaces[index]!)),
      };
    }
  }
  return { ...sum, tiers };
}

function added(before: number | undefined, more: number | undefined): number | undefined {
  return more === undefined ? before : (before ?? 0) + more;
}

function sizeOf(space: Keyspace): number | undefined {
  try {
    const size = space.size?.();
    if (!isPromise(size)) return size;
    size.catch(() => {});
  } catch {
    // A tier that is closed has no size.
  }
  return undefined;
}
