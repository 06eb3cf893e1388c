import { show } from '@uno-cache/core/adapter';

/** On the global object: one per process, even with two copies of this package. */
const NAMES = Symbol.for('uno-cache.decorators.names');

type Registry = WeakMap<object, Map<string, object>>;

const holder = globalThis as { [NAMES]?: Registry };

/**
 * Notes who uses a derived name in a cache.
 *
 * @param scope - the cache, or region, that the keys are of.
 * @param owner - the function as it was given, or what stands for a class's member.
 * @throws TypeError when another function has the name already.
 */
export function claimName(scope: object, name: string, owner: object): void {
  holder[NAMES] ??= new WeakMap();
  const names = holder[NAMES].get(scope) ?? new Map<string, object>();
  holder[NAMES].set(scope, names);
  const holderOfName = names.get(name);
  if (holderOfName === undefined) names.set(name, owner);
  else if (holderOfName !== owner) {
    throw new TypeError(
      `Two different functions are cached as ${show(name)}, so they would share their keys. ` +
        'Give one of them another `name` or `prefix`.',
    );
  }
}
