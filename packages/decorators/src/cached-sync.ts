import { CachedCall } from './call/cached-call.ts';
import type { CachedOptions } from './call/cached-options.ts';
import { checkCachedOptions } from './call/cached-options.ts';
import type { SyncCachedHandle } from './call/handle.ts';
import { carryHandle } from './call/handles.ts';
import { applyForm } from './form/apply-form.ts';
import type { ArgsOf, Callable, ResultOf, Wrappable } from './form/callable.ts';
import type { Fits } from './form/fits.ts';
import type { MemberDecorator } from './form/member-decorator.ts';
import type { Subject } from './form/subject.ts';

/** A function whose answers are cached, and which still answers at once. */
export type SyncCachedFunction<F extends Wrappable> = F & SyncCachedHandle<ArgsOf<F>, ResultOf<F>>;

/** Wraps functions, decorates methods and getters, that answer at once. */
export interface CachedSync<K extends string, KA extends readonly unknown[], A extends readonly unknown[], V>
  extends MemberDecorator<K, KA, A, V> {
  <F extends Wrappable>(fn: F & Fits<F, K, KA, A, V>): SyncCachedFunction<F>;
}

/**
 * As `cached()`, on `cache.sync`: for functions that answer at once, and caches whose tiers do. A call never waits for
 * another's load. A function that returns a promise gets a `TypeError`.
 *
 * @throws TypeError for wrong options, and for a function without a name whose keys have to be derived.
 */
export function cachedSync<
  const K extends string = string,
  KA extends readonly unknown[] = readonly unknown[],
  A extends readonly unknown[] = readonly unknown[],
  V = unknown,
>(options: CachedOptions<K, KA, A, V> = {}): CachedSync<K, KA, A, V> {
  checkCachedOptions('cachedSync()', options);
  const apply = (...form: unknown[]): unknown => applyForm('cachedSync()', form, (subject) => wrap(subject, options));
  return apply as CachedSync<K, KA, A, V>;
}

function wrap(subject: Subject, options: CachedOptions): Callable {
  const call = new CachedCall('cachedSync()', subject, options);
  function wrapper(this: unknown, ...args: unknown[]): unknown {
    return call.isCached(args) ? load(call, this, args) : Reflect.apply(call.fn, this, args);
  }
  return carryHandle(wrapper, (receiver) => handleOf(call, receiver));
}

function handleOf(call: CachedCall, receiver: unknown): SyncCachedHandle<readonly unknown[], unknown> {
  return {
    key: (...args) => call.keyOf(receiver, args),
    invalidate(...args) {
      const { cache, key } = call.placeOf(receiver, args);
      return cache.sync.delete(key);
    },
    refresh(...args) {
      const { cache, key } = call.placeOf(receiver, args);
      cache.sync.delete(key);
      return load(call, receiver, args);
    },
    peek(...args) {
      const { cache, key } = call.placeOf(receiver, args);
      return cache.sync.get(key);
    },
  };
}

function load(call: CachedCall, receiver: unknown, args: readonly unknown[]): unknown {
  const { cache, key, options } = call.prepare(receiver, args);
  return cache.sync.getOrSet(
    key,
    (context) => {
      const value: unknown = Reflect.apply(call.fn, receiver, args);
      // A promise is the cache's to refuse.
      return value instanceof Promise ? value : call.noted(context, receiver, args, value);
    },
    options,
  );
}
