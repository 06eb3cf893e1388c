import type { Region } from './region.ts';

/** A value that others are given, too, as one of them gets it: his own, where the nearest tier has readers share nothing. */
export function ownValue(region: Region, value: unknown): unknown {
  const nearest = region.async.spaces[0];
  return nearest?.copyOf === undefined ? value : nearest.copyOf(value);
}
