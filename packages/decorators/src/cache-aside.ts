import { checkFunction, checkOptions } from '@uno-cache/core/adapter';
import type { AsideSettings } from './aside/aside-store.ts';
import { AsideStore } from './aside/aside-store.ts';
import type { KeyOptions } from './call/cached-options.ts';
import { KEY_OPTION_NAMES } from './call/cached-options.ts';
import type { CachedHandle } from './call/handle.ts';
import { carryHandle } from './call/handles.ts';
import { applyForm } from './form/apply-form.ts';
import type { ArgsOf, Callable, ResultOf, Wrappable } from './form/callable.ts';
import type { Fits } from './form/fits.ts';
import type { MemberDecorator, Promising } from './form/member-decorator.ts';
import type { Subject } from './form/subject.ts';
import { KeySource } from './naming/key-source.ts';

/** What `cacheAside()` takes: a store of any kind. */
export interface CacheAsideOptions<
  K extends string = string,
  KA extends readonly unknown[] = never,
  A extends readonly unknown[] = never,
  V = unknown,
> extends KeyOptions<K, KA>,
    AsideSettings<V> {
  /** Whether a call with these arguments goes by the store; others run the function. @defaultValue all do */
  readonly when?: (args: A) => boolean;
}

/** A function with a store aside: called as before, it answers with a promise. */
export type CacheAsideFunction<F extends Wrappable> = Promising<F> & CacheAsideHandle<F>;
/** `invalidate` resolves to `true` unless `remove` says `false`. */
export type CacheAsideHandle<F extends Wrappable> = CachedHandle<ArgsOf<F>, Awaited<ResultOf<F>>>;

/** Wraps functions; decorates methods and getters that return promises. */
export interface CacheAside<K extends string, KA extends readonly unknown[], A extends readonly unknown[], V>
  extends MemberDecorator<K, KA, A, V, PromiseLike<unknown>> {
  <F extends Wrappable>(fn: F & Fits<F, K, KA, A, V>): CacheAsideFunction<F>;
}

const FUNCTIONS = ['get', 'save', 'remove', 'when', 'unless', 'onError'] as const;

/**
 * The cache-aside pattern over a store of your own: asks it, else runs the function and saves what it gives. Calls of
 * one key at a time share one run; one that is invalidated meanwhile saves nothing. Between processes nothing is
 * promised: that takes a cache and `cached()`.
 *
 * @throws TypeError for wrong options, and for a function without a name whose keys have to be derived.
 */
export function cacheAside<
  const K extends string = string,
  KA extends readonly unknown[] = readonly unknown[],
  A extends readonly unknown[] = readonly unknown[],
  V = unknown,
>(options: CacheAsideOptions<K, KA, A, V>): CacheAside<K, KA, A, V> {
  const what = 'cacheAside()';
  checkOptions(what, options, [...FUNCTIONS, ...KEY_OPTION_NAMES]);
  for (const name of FUNCTIONS) {
    if (options[name] !== undefined || name === 'get' || name === 'save')
      checkFunction(options[name], `${what}: ${name}`);
  }
  const apply = (...form: unknown[]): unknown =>
    applyForm(what, form, (subject) => wrap(what, subject, options as CacheAsideOptions));
  return apply as CacheAside<K, KA, A, V>;
}

function wrap(what: string, subject: Subject, options: CacheAsideOptions): Callable {
  const keys = new KeySource(what, subject, options);
  const store = new AsideStore(what, options);
  const placeOf = (receiver: unknown, args: readonly unknown[]): string => {
    keys.claim(options.get, receiver);
    return keys.keyOf(receiver, args);
  };
  const loaderOf = (receiver: unknown, args: readonly unknown[]) => async (): Promise<unknown> =>
    Reflect.apply(subject.fn, receiver, args);

  async function wrapper(this: unknown, ...args: unknown[]): Promise<unknown> {
    const load = loaderOf(this, args);
    if (options.when !== undefined && !options.when(args as never)) return load();
    return store.getOrLoad(placeOf(this, args), load);
  }
  return carryHandle(wrapper, (receiver) => ({
    key: (...args) => keys.keyOf(receiver, args),
    invalidate: async (...args) => store.remove(placeOf(receiver, args)),
    refresh: async (...args) => store.reload(placeOf(receiver, args), loaderOf(receiver, args)),
    peek: async (...args) => store.get(placeOf(receiver, args)),
  }));
}
