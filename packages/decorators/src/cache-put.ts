import { cacheFor } from './call/cache-source.ts';
import type { CachedOptions } from './call/cached-options.ts';
import { checkCachedOptions } from './call/cached-options.ts';
import { entryOptionsOf } from './call/entry-option-names.ts';
import { ListSource } from './call/list-source.ts';
import { applyForm } from './form/apply-form.ts';
import type { Callable, Wrappable } from './form/callable.ts';
import type { Fits } from './form/fits.ts';
import type { MemberDecorator, Promising } from './form/member-decorator.ts';
import type { Subject } from './form/subject.ts';
import { KeySource } from './naming/key-source.ts';

/**
 * What `cachePut()` takes: as `cached()`, with the `key`, or the `name`, of what reads the values. The template may name
 * the result: `'user:{result.id}'`.
 */
export type CachePutOptions<
  K extends string = string,
  KA extends readonly unknown[] = never,
  A extends readonly unknown[] = never,
  V = never,
> = CachedOptions<K, KA, A, V>;

/** Wraps functions; decorates methods that return promises. */
export interface CachePut<K extends string, KA extends readonly unknown[], A extends readonly unknown[], V>
  extends MemberDecorator<K, KA, A, V, PromiseLike<unknown>> {
  <F extends Wrappable>(fn: F & Fits<F, K, KA, A, V>): Promising<F>;
}

/**
 * Always runs the function, and caches what it gives for those who read it: for functions that write and return what
 * they have written. `undefined` is not cached. What the cache throws reaches the caller.
 *
 * It is a set after the write, which no later write or invalidation waits for: of two writers of a key at a time, the one
 * that answers last leaves its value in the cache, whichever the source took last. Where they can overlap, use
 * `invalidates()`.
 *
 * @throws TypeError for wrong options, and without `key` and `name`.
 */
export function cachePut<
  const K extends string = string,
  KA extends readonly unknown[] = readonly unknown[],
  A extends readonly unknown[] = readonly unknown[],
  V = unknown,
>(options: CachePutOptions<K, KA, A, V>): CachePut<K, KA, A, V> {
  checkCachedOptions('cachePut()', options);
  if (options.key === undefined && options.name === undefined) {
    throw new TypeError('cachePut() needs the key, or the name, of what reads the values.');
  }
  const apply = (...form: unknown[]): unknown => applyForm('cachePut()', form, (subject) => wrap(subject, options));
  return apply as CachePut<K, KA, A, V>;
}

function wrap(subject: Subject, options: CachedOptions): Callable {
  const keys = new KeySource('cachePut()', subject, options);
  const tags = new ListSource('cachePut(): tags', subject, options.tags);
  const entry = entryOptionsOf(options);

  return async function wrapper(this: unknown, ...args: unknown[]): Promise<unknown> {
    const value = await Reflect.apply(subject.fn, this, args);
    const isLeftOut = options.when?.(args as never) === false || options.unless?.(value as never) === true;
    if (value === undefined || isLeftOut) return value;
    const scope = { args, receiver: this, result: { value } };
    const cache = cacheFor(options, this);
    await cache.set(keys.keyOf(this, args, scope.result), value, { ...entry, tags: tags.listOf(scope) });
    return value;
  };
}
