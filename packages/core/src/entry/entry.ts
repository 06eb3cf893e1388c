/** A tag with the version that it had before the entry's load began. The entry is valid while they are equal. */
export type TagVersion = readonly [tag: string, version: string];

/**
 * What a tier keeps for a key: a plain object that nobody changes. Times are absolute, in epoch milliseconds,
 * `Infinity` for never; lengths are in milliseconds. The windows run from `freshUntil` on, so that moving it moves them.
 */
export interface Entry {
  /** `undefined` exactly when the entry is negative. */
  readonly value: unknown;
  /** The source was asked and had nothing. */
  readonly negative: boolean;
  readonly createdAt: number;
  /** End of the TTL. */
  readonly freshUntil: number;
  /** Length of `staleWhileRevalidate`: until its end every read answers with the value. */
  readonly staleMs: number;
  /** Length of the longest window, at least `staleMs`: until its end a failing load may be answered with the value. */
  readonly usableMs: number;
  /** Orders copies of one key. Given by the tier that keeps the truth, from its clock; 0 before any tier gave one. */
  readonly version: number;
  /** How long the load took; 0 when the value was set. */
  readonly cost: number;
  /** The idle time that a read grants anew; 0 when the entry does not slide. */
  readonly slidingMs: number;
  /** The end that sliding never passes; equal to `freshUntil` or later. `Infinity` when there is none. */
  readonly slidesUntil: number;
  /** `undefined` when there is none, so that untagged entries pay nothing. */
  readonly tags: readonly TagVersion[] | undefined;
  /**
   * When this copy was last known to be equal to the truth. Only means something in a tier of the process, in front of
   * a shared one; never stored as bytes.
   */
  readonly checkedAt: number;
}

/** Until when reads answer with the entry: the end of its TTL and of `staleWhileRevalidate`. */
export function visibleUntil(entry: Entry): number {
  return entry.freshUntil + entry.staleMs;
}

/** From when on the entry is dead: a tier answers as if it were not there, and may drop it. */
export function usableUntil(entry: Entry): number {
  return entry.freshUntil + entry.usableMs;
}

/** The entry with its freshness ending at `freshUntil`; the windows move along. What `touch` stores. */
export function touched(entry: Entry, freshUntil: number, version: number): Entry {
  return { ...entry, freshUntil, slidesUntil: Math.max(entry.slidesUntil, freshUntil), version };
}

/**
 * The entry with its freshness ended now: the windows run from `now`, never past their old end. `undefined` when that
 * leaves nothing of it. What `expire` stores.
 */
export function expired(entry: Entry, now: number, version: number): Entry | undefined {
  const freshUntil = Math.min(now, entry.freshUntil);
  if (freshUntil + entry.usableMs <= now) return undefined;
  return { ...entry, freshUntil, slidingMs: 0, version };
}
