import type { Callable } from './callable.ts';

/** The part of reflect-metadata that is looked for on `Reflect`. */
interface MetadataReflect {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

/**
 * Gives the wrapper the name and the length of what it wraps, and what other decorators noted there with
 * reflect-metadata: routes, guards, roles.
 */
export function imitate<W extends Callable>(wrapper: W, fn: Callable): W {
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, property, { value: fn[property], configurable: true });
  }
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as MetadataReflect;
  if (!getOwnMetadataKeys || !getOwnMetadata || !defineMetadata) return wrapper;
  for (const key of getOwnMetadataKeys(fn)) defineMetadata(key, getOwnMetadata(key, fn), wrapper);
  return wrapper;
}
