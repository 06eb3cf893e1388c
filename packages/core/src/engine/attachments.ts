import type { Bus } from '../ports/bus.ts';
import type { Tier } from '../ports/tier.ts';

type Attached = Tier | Bus;

interface Registry {
  readonly users: WeakMap<Attached, number>;
  /** How many departures there had been when a cache left it last. */
  readonly left: WeakMap<Attached, number>;
  departures: number;
}

/** On the global object, so that two copies of core count together. */
const REGISTRY = Symbol.for('uno-cache.attachments');

function registry(): Registry {
  const holder = globalThis as { [REGISTRY]?: Registry };
  holder[REGISTRY] ??= { users: new WeakMap(), left: new WeakMap(), departures: 0 };
  return holder[REGISTRY];
}

/** How many caches use a tier or bus. */
export function attachments(of: Attached): number {
  return registry().users.get(of) ?? 0;
}

export function attach(to: Attached): void {
  registry().users.set(to, attachments(to) + 1);
}

/** @returns whether it was the last, so that the tier or bus is to be closed. */
export function detach(from: Attached): boolean {
  const { users, left } = registry();
  const remaining = attachments(from) - 1;
  users.set(from, Math.max(0, remaining));
  left.set(from, ++registry().departures);
  return remaining <= 0;
}

/** How many times a cache of this process has left a tier or bus. */
export function departures(): number {
  return registry().departures;
}

/** Whether a cache has left it after so many `departures()`. */
export function wasLeftSince(of: Attached, departed: number): boolean {
  const known = registry();
  return known.departures > departed && (known.left.get(of) ?? 0) > departed;
}
