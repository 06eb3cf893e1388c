import type { FactoryContext } from '@uno-cache/core';
import { CachedCall } from './call/cached-call.ts';
import type { CachedOptions } from './call/cached-options.ts';
import { checkCachedOptions } from './call/cached-options.ts';
import type { CachedHandle } from './call/handle.ts';
import { carryHandle } from './call/handles.ts';
import { applyForm } from './form/apply-form.ts';
import type { ArgsOf, Callable, ResultOf, Wrappable } from './form/callable.ts';
import type { Fits } from './form/fits.ts';
import type { MemberDecorator, Promising } from './form/member-decorator.ts';
import type { Subject } from './form/subject.ts';

/** A function whose answers are cached: called as before, it answers with a promise. */
export type CachedFunction<F extends Wrappable> = Promising<F> & CachedHandle<ArgsOf<F>, Awaited<ResultOf<F>>>;

/** Wraps functions; decorates methods and getters that return promises. */
export interface Cached<K extends string, KA extends readonly unknown[], A extends readonly unknown[], V>
  extends MemberDecorator<K, KA, A, V, PromiseLike<unknown>> {
  <F extends Wrappable>(fn: F & Fits<F, K, KA, A, V>): CachedFunction<F>;
}

/**
 * Caches what a function gives, by its arguments: `cached(options)(fn)`, or `@cached(options)` before a method, a getter
 * or a static method. All that `cache.getOrSet` promises holds: one load per key, stale windows, invalidations that win.
 *
 * @throws TypeError for wrong options, and for a function without a name whose keys have to be derived.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { cached } from '@uno-cache/decorators';
 * import { memory } from '@uno-cache/memory';
 *
 * await using cache = createCache({ tiers: [memory()] });
 * const getUser = cached({ cache, ttl: '10m', key: 'user:{0}' })(async (id: number) => ({ id, name: 'Ada' }));
 * console.log(await getUser(1), getUser.key(1)); // { id: 1, name: 'Ada' } user:1
 * ```
 */
export function cached<
  const K extends string = string,
  KA extends readonly unknown[] = readonly unknown[],
  A extends readonly unknown[] = readonly unknown[],
  V = unknown,
>(options: CachedOptions<K, KA, A, V> = {}): Cached<K, KA, A, V> {
  checkCachedOptions('cached()', options);
  const apply = (...form: unknown[]): unknown => applyForm('cached()', form, (subject) => wrap(subject, options));
  return apply as Cached<K, KA, A, V>;
}

function wrap(subject: Subject, options: CachedOptions): Callable {
  const call = new CachedCall('cached()', subject, options);
  function wrapper(this: unknown, ...args: unknown[]): Promise<unknown> {
    return run(call, this, args);
  }
  return carryHandle(wrapper, (receiver) => handleOf(call, receiver));
}

function handleOf(call: CachedCall, receiver: unknown): CachedHandle<readonly unknown[], unknown> {
  return {
    key: (...args) => call.keyOf(receiver, args),
    async invalidate(...args) {
      const { cache, key } = call.placeOf(receiver, args);
      return cache.delete(key);
    },
    async refresh(...args) {
      const { cache, key } = call.placeOf(receiver, args);
      // Not a set of what it gives: only a load is fenced against invalidations that come meanwhile.
      await cache.delete(key);
      return load(call, receiver, args);
    },
    async peek(...args) {
      const { cache, key } = call.placeOf(receiver, args);
      return cache.get(key);
    },
  };
}

/** Rejects with what `when`, the key or the cache throw: a promise was announced. */
function run(call: CachedCall, receiver: unknown, args: readonly unknown[]): Promise<unknown> {
  try {
    return call.isCached(args) ? load(call, receiver, args) : Promise.resolve(Reflect.apply(call.fn, receiver, args));
  } catch (error) {
    return Promise.reject(error);
  }
}

function load(call: CachedCall, receiver: unknown, args: readonly unknown[]): Promise<unknown> {
  const { cache, key, options } = call.prepare(receiver, args);
  const factory = async (context: FactoryContext): Promise<unknown> =>
    call.noted(context, receiver, args, await Reflect.apply(call.fn, receiver, args));
  return cache.getOrSet(key, factory, options);
}
