import type { Bus } from '../ports/bus.ts';
import type { Tier } from '../ports/tier.ts';

/** On the global object, so that two copies of core count together. */
const REGISTRY = Symbol.for('uno-cache.attachments');

type Attached = Tier | Bus;

function registry(): WeakMap<Attached, number> {
  const holder = globalThis as { [REGISTRY]?: WeakMap<Attached, number> };
  holder[REGISTRY] ??= new WeakMap();
  return holder[REGISTRY];
}

/** How many caches use a tier or bus. */
export function attachments(of: Attached): number {
  return registry().get(of) ?? 0;
}

export function attach(to: Attached): void {
  registry().set(to, attachments(to) + 1);
}

/** @returns whether it was the last, so that the tier or bus is to be closed. */
export function detach(from: Attached): boolean {
  const left = attachments(from) - 1;
  registry().set(from, Math.max(0, left));
  return left <= 0;
}
