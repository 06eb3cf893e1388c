import type { Cache } from '../cache.ts';
import type { Observation, Observer } from '../ports/observer.ts';
import { mismatch } from './option-checks.ts';

type Door = (observer: Observer) => Observation;

/** On the global object, so that an observer may come with another copy of core than the cache. */
const REGISTRY = Symbol.for('uno-cache.observe');

function registry(): WeakMap<object, Door> {
  const holder = globalThis as { [REGISTRY]?: WeakMap<object, Door> };
  holder[REGISTRY] ??= new WeakMap();
  return holder[REGISTRY];
}

/** Lets observers in to a cache. */
export function admitObservers(cache: object, door: Door): void {
  registry().set(cache, door);
}

/**
 * Attaches an observer to a cache as a whole, also when given one of its regions.
 *
 * @throws TypeError for what `createCache()` has not made; CacheError `CLOSED`.
 */
export function observe(cache: Cache, observer: Observer): Observation {
  const door = typeof cache === 'object' && cache !== null ? registry().get(cache) : undefined;
  if (door === undefined) throw new TypeError(mismatch('cache', 'a Cache made by createCache()', cache));
  return door(observer);
}
