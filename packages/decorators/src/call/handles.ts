import type { Callable } from '../form/callable.ts';
import type { AnyHandle } from './handle.ts';

/** By wrapper: gives the handle of a receiver. On the global object, so that two copies of this package agree. */
const HANDLES = Symbol.for('uno-cache.decorators.handles');

type HandleOf = (receiver: unknown) => AnyHandle;

const holder = globalThis as { [HANDLES]?: WeakMap<Callable, HandleOf> };

/**
 * Gives a wrapper its handle.
 *
 * @returns the wrapper, carrying the handle of no receiver in particular.
 */
export function carryHandle<W extends Callable>(wrapper: W, handleOf: HandleOf): W {
  holder[HANDLES] ??= new WeakMap();
  holder[HANDLES].set(wrapper, handleOf);
  return Object.assign(wrapper, handleOf(undefined));
}

/** What gives the handles of a wrapper; `undefined` for what is none. */
export function handlesOf(wrapper: unknown): HandleOf | undefined {
  return typeof wrapper === 'function' ? holder[HANDLES]?.get(wrapper as Callable) : undefined;
}
