import type { EntryOptions } from '@uno-cache/core';
import { checkFunction, checkOptions } from '@uno-cache/core/adapter';
import type { CacheSettings } from './cache-source.ts';
import { CACHE_SETTING_NAMES } from './cache-source.ts';
import { ENTRY_OPTION_NAMES } from './entry-option-names.ts';

/**
 * Where the keys of a function come from: `prefix:name:hash(args)`, unless there is a `key`.
 *
 * @typeParam K - the template.
 * @typeParam A - the arguments, as the key function takes them.
 */
export interface KeyOptions<K extends string = string, A extends readonly unknown[] = never> {
  /**
   * A template (`'user:{0}'`, `'user:{id}'`, `'user:{0.id}'`), or a function of the arguments. Only derived keys are kept
   * apart from other functions': templates of different functions should begin differently.
   */
  readonly key?: K | ((...args: A) => string);
  /**
   * Stands in the keys for the function's name. Functions that are given the same name share their keys.
   * @defaultValue the function's name, `Class.method` for members
   */
  readonly name?: string;
  /** Stands before every key, and a `:` behind it. @defaultValue none */
  readonly prefix?: string;
  /**
   * What tells an instance from other instances of its class, which share their keys otherwise.
   * @defaultValue the instance's `[cacheKey]()`, if its class has that method
   */
  readonly instanceKey?: (instance: never) => unknown;
}

/**
 * What `cached()` takes: everything of `EntryOptions`, and how calls become keys.
 *
 * @typeParam K - the key template.
 * @typeParam KA - the arguments, as `key` takes them.
 * @typeParam A - the arguments, as `when` and `tags` take them.
 * @typeParam V - the value, as the options take it.
 */
export interface CachedOptions<
  K extends string = string,
  KA extends readonly unknown[] = never,
  A extends readonly unknown[] = never,
  V = never,
> extends Omit<EntryOptions<V>, 'tags'>,
    KeyOptions<K, KA>,
    CacheSettings {
  /** Whether a call with these arguments is cached; others run the function. @defaultValue all are */
  readonly when?: (args: A) => boolean;
  /** Whether a value is not to be stored. @defaultValue every value is stored */
  readonly unless?: (value: V) => boolean;
  /** Templates as for `key`, and `{result.id}`; or a function of the arguments and the value. */
  readonly tags?: readonly string[] | ((args: A, value: V) => readonly string[]);
}

export const KEY_OPTION_NAMES: readonly (keyof KeyOptions)[] = Object.freeze(['key', 'name', 'prefix', 'instanceKey']);

const CACHED_OPTION_NAMES: readonly string[] = Object.freeze([
  ...ENTRY_OPTION_NAMES,
  ...KEY_OPTION_NAMES,
  ...CACHE_SETTING_NAMES,
  'when',
  'unless',
]);

/** @throws TypeError for an option that there is not, and for a condition that is no function. */
export function checkCachedOptions(what: string, options: CachedOptions): void {
  checkOptions(what, options, CACHED_OPTION_NAMES);
  for (const name of ['when', 'unless'] as const) {
    if (options[name] !== undefined) checkFunction(options[name], `${what}: ${name}`);
  }
}
