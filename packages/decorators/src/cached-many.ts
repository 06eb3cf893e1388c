import type { Cache, EntryOptions } from '@uno-cache/core';
import { checkFunction, checkInteger, checkOptions, mismatch } from '@uno-cache/core/adapter';
import { Batches } from './batch/batches.ts';
import type { ManyLoad } from './batch/loaded.ts';
import { loadedByKey } from './batch/loaded.ts';
import type { CacheSettings } from './call/cache-source.ts';
import { CACHE_SETTING_NAMES, cacheFor } from './call/cache-source.ts';
import type { KeyOptions } from './call/cached-options.ts';
import { ENTRY_OPTION_NAMES, entryOptionsOf } from './call/entry-option-names.ts';
import type { CachedHandle } from './call/handle.ts';
import { carryHandle } from './call/handles.ts';
import type { AnyCall } from './form/callable.ts';
import { imitate } from './form/imitate.ts';
import { functionSubject } from './form/subject.ts';
import { KeySource } from './naming/key-source.ts';

/** What `cachedMany()` takes: how to load many at once, everything of `EntryOptions`, and a `key` or a `name`. */
export interface CachedManyOptions<A, V, K extends string = string>
  extends Omit<EntryOptions<NoInfer<V>>, 'signal'>,
    Omit<KeyOptions<K, [arg: A]>, 'instanceKey'>,
    Omit<CacheSettings, 'cache'> {
  /** @defaultValue `getCache()` at each call */
  readonly cache?: Cache | (() => Cache);
  /** Loads what is missing, of the arguments of all calls of one tick. */
  readonly load: ManyLoad<A, V>;
  /** The most arguments of one load. @defaultValue `Infinity` */
  readonly maxBatch?: number;
}

/** A function of one argument whose calls are collected. */
export interface CachedManyFunction<A, V> extends CachedHandle<[arg: A], V | undefined> {
  (arg: A): Promise<V | undefined>;
  /** Those of the values that there are, in the order of the arguments. */
  many(args: Iterable<A>): Promise<Map<A, V>>;
}

const NAMES: readonly string[] = [
  ...ENTRY_OPTION_NAMES.filter((name) => name !== 'signal'),
  ...CACHE_SETTING_NAMES,
  'key',
  'name',
  'prefix',
  'load',
  'maxBatch',
];

/**
 * A cached function of one argument that loads many at once: its calls of one tick become one `getOrSetMany`, and what
 * is missing one `load`. What that does not have is `undefined`. A batch runs in the asynchronous context of its first
 * call; in different `withRegion`s use the option `region`.
 *
 * @throws TypeError for wrong options, and without `key` and `name`.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { cachedMany } from '@uno-cache/decorators';
 * import { memory } from '@uno-cache/memory';
 *
 * await using cache = createCache({ tiers: [memory()] });
 * const load = async (ids: readonly number[]) => new Map(ids.map((id) => [id, `user ${id}`]));
 * const getUser = cachedMany({ cache, key: 'user:{0}', load });
 * console.log(await Promise.all([getUser(1), getUser(2)])); // one load of [1, 2]
 * ```
 */
export function cachedMany<A, V, const K extends string = string>(
  options: CachedManyOptions<A, V, K>,
): CachedManyFunction<A, V> {
  const what = 'cachedMany()';
  checkOptions(what, options, NAMES);
  const { key, name, prefix, maxBatch = Infinity } = options;
  const load = checkFunction(options.load, `${what}: load`) as ManyLoad<unknown, unknown>;
  checkInteger(maxBatch, `${what}: maxBatch`, { min: 1, max: Infinity });
  if (key === undefined && name === undefined) throw new TypeError(`${what} needs a key or a name.`);
  const subject = {
    ...functionSubject(options.load as unknown as AnyCall),
    name: name ?? '',
    parameters: () => [undefined],
  };
  const keys = new KeySource(what, subject, { key, name, prefix });
  const entry = entryOptionsOf(options);
  const find = (): Cache => cacheFor(options, undefined);

  const batches = new Batches(maxBatch, (cache, args) =>
    cache.getOrSetMany(
      args.keys(),
      async (missing, context) =>
        loadedByKey(
          await load(
            missing.map((each) => args.get(each)),
            context,
          ),
          missing,
          args,
        ),
      entry,
    ),
  );
  async function wrapper(arg: unknown): Promise<unknown> {
    return batches.get(find(), keys.keyOf(undefined, [arg]), arg);
  }
  async function many(args: Iterable<unknown>): Promise<Map<unknown, unknown>> {
    if (typeof args === 'string' || typeof args?.[Symbol.iterator] !== 'function') {
      throw new TypeError(mismatch(`${what}: many()`, 'called with an iterable of arguments', args));
    }
    const list = [...args];
    const values = await Promise.all(list.map(wrapper));
    return new Map(list.map((arg, index) => [arg, values[index]] as const).filter(([, value]) => value !== undefined));
  }
  const handle: CachedHandle<readonly unknown[], unknown> = {
    key: (arg) => keys.keyOf(undefined, [arg]),
    invalidate: async (arg) => find().delete(keys.keyOf(undefined, [arg])),
    async refresh(arg) {
      await find().delete(keys.keyOf(undefined, [arg]));
      return wrapper(arg);
    },
    peek: async (arg) => find().get(keys.keyOf(undefined, [arg])),
  };
  imitate(wrapper, options.load as never);
  if (name !== undefined) Object.defineProperty(wrapper, 'name', { value: name, configurable: true });
  return Object.assign(
    carryHandle(wrapper, () => handle),
    { many },
  ) as unknown as CachedManyFunction<A, V>;
}
