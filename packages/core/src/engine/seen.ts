import type { SeenKey } from '../ports/bus.ts';

/** What the farthest tier has been seen to hold under a key, by its own clock. */
export type Seen = Omit<SeenKey, 'key'>;

/** Other times than any copy has. */
export const RETIMED: Seen = { version: NaN, at: Infinity };

/** Whether the version is neither what was seen nor younger. */
export function isOutdated(version: number, seen: Seen | undefined): boolean {
  return seen !== undefined && version !== seen.version && version <= seen.at;
}

/** Of two sightings the one that counts. */
export function laterOf(before: Seen | undefined, seen: Seen): Seen {
  return before !== undefined && before.at > seen.at ? before : seen;
}
