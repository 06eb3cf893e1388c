import type { Entry } from '@uno-cache/core';

/** In what form entries are kept. Where there is none, the entry itself is kept and given. */
export interface Keeping {
  /**
   * What is stored in the entry's place.
   *
   * @param payload - the value as bytes, when the cache has encoded it already.
   * @throws CacheError `SERIALIZATION_FAILED`.
   */
  keep(key: string, entry: Entry, payload: Uint8Array | undefined): Entry;

  /** What a reader gets of what was kept; `undefined` when it cannot be read. */
  give(key: string, kept: Entry): Entry | undefined;

  /** As `Keyspace.copyOf`. */
  copyOf?(value: unknown): unknown;
}

/** The entry with another value and version; written out, so that all entries have one shape. */
export function withValue(entry: Entry, value: unknown, version: number): Entry {
  return {
    value,
    negative: entry.negative,
    createdAt: entry.createdAt,
    freshUntil: entry.freshUntil,
    staleMs: entry.staleMs,
    usableMs: entry.usableMs,
    version,
    cost: entry.cost,
    slidingMs: entry.slidingMs,
    slidesUntil: entry.slidesUntil,
    tags: entry.tags,
    checkedAt: entry.checkedAt,
  };
}
