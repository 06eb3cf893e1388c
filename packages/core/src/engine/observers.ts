import type { Observer } from '../ports/observer.ts';

/** Several observers as one; `undefined` for none. */
export function combined(observers: readonly Observer[]): Observer | undefined {
  if (observers.length <= 1) return observers[0];
  const [first] = observers as [Observer];
  return {
    now: () => first.now(),
    lookup: (region, key) => observers.map((each) => each.lookup(region, key)).includes(true),
    nearHit: (region, tier, key, durationMs) => {
      for (const each of observers) each.nearHit(region, tier, key, durationMs);
    },
    command: (tier, operation, durationMs, failed) => {
      for (const each of observers) each.command(tier, operation, durationMs, failed);
    },
    storing: (region, key, value, how) => {
      for (const each of observers) each.storing(region, key, value, how);
    },
    closed: () => {
      for (const each of observers) each.closed();
    },
  };
}
