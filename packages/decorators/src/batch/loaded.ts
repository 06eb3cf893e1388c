import { mismatch } from '@uno-cache/core/adapter';

/**
 * What was loaded: a Map by argument, an array in the order of the arguments with `undefined` for what there is not, or
 * a record by argument where arguments are strings or numbers.
 */
export type CachedManyLoaded<A, V> =
  | ReadonlyMap<A, V>
  | readonly (V | undefined)[]
  | (A extends string | number ? Readonly<Record<A, V>> | Readonly<Partial<Record<A, V>>> : never);

/** Loads the values of many arguments, each different from the others. */
export type ManyLoad<A, V> = (
  args: readonly A[],
  context: { readonly signal: AbortSignal },
) => CachedManyLoaded<A, V> | Promise<CachedManyLoaded<A, V>>;

/**
 * The values by key.
 *
 * @param keys - of the arguments that were loaded, in their order.
 * @param args - by key.
 * @throws TypeError for an array of another length, and for what is none of the three; an error in an array, as it is.
 */
export function loadedByKey(
  loaded: unknown,
  keys: readonly string[],
  args: ReadonlyMap<string, unknown>,
): Map<string, unknown> {
  const find = finderOf(loaded, keys, args);
  const pairs = keys.map((key, index) => [key, find(key, index)] as const);
  return new Map(pairs.filter(([, value]) => value !== undefined));
}

function finderOf(
  loaded: unknown,
  keys: readonly string[],
  args: ReadonlyMap<string, unknown>,
): (key: string, index: number) => unknown {
  if (loaded instanceof Map) return (key) => loaded.get(args.get(key));
  if (Array.isArray(loaded) && loaded.length === keys.length) {
    // Whoever comes from DataLoader reports an error so; as a value it would be cached.
    const failure: unknown = loaded.find((item) => item instanceof Error);
    if (failure instanceof Error) throw failure;
    return (_, index) => loaded[index];
  }
  if (typeof loaded === 'object' && loaded !== null && !Array.isArray(loaded)) {
    return (key) => ownValue(loaded, args.get(key));
  }
  const allowed = `a function that returns a Map by argument, a record, or an array of ${keys.length}, as many as there are arguments`;
  throw new TypeError(mismatch('cachedMany(): load', allowed, loaded));
}

function ownValue(record: object, arg: unknown): unknown {
  const property = String(arg);
  return Object.hasOwn(record, property) ? (record as Record<string, unknown>)[property] : undefined;
}
