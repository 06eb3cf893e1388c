import type { Entry } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { show } from '@uno-cache/core/adapter';
import type { Keeping } from './keeping.ts';
import { withValue } from './keeping.ts';

/** A structured clone goes in and another comes out: nobody shares anything with the cache. */
export const cloned: Keeping = {
  keep(key, entry) {
    try {
      return copy(entry);
    } catch (cause) {
      throw new CacheError('SERIALIZATION_FAILED', `The value of key ${show(key)} cannot be cloned.`, { cause });
    }
  },
  give: (_, kept) => copy(kept),
  copyOf(value) {
    try {
      return cloneOf(value);
    } catch {
      // What no tier can keep reaches its callers as the factory gave it.
      return value;
    }
  },
};

function copy(entry: Entry): Entry {
  const clone = cloneOf(entry.value);
  return Object.is(clone, entry.value) ? entry : withValue(entry, clone, entry.version);
}

function cloneOf(value: unknown): unknown {
  const isShareable = typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol';
  if (isShareable || value === null) return value;
  return withBuffers(value, structuredClone(value), new Set());
}

/** Node's `Buffer`, where there is one. A structured clone makes a plain `Uint8Array` of it. */
const { Buffer: NodeBuffer } = globalThis as {
  Buffer?: { prototype: object; from(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array };
};

/** The clone, with a `Buffer` wherever the source has one. */
function withBuffers(source: unknown, clone: unknown, seen: Set<unknown>): unknown {
  if (NodeBuffer === undefined || typeof source !== 'object' || source === null || seen.has(source)) return clone;
  if (ArrayBuffer.isView(source)) {
    if (Object.getPrototypeOf(source) !== NodeBuffer.prototype) return clone;
    const { buffer, byteOffset, byteLength } = clone as Uint8Array;
    return NodeBuffer.from(buffer, byteOffset, byteLength);
  }
  seen.add(source);
  if (source instanceof Map) refill(source, clone as Map<unknown, unknown>, seen);
  else if (source instanceof Set) refillSet(source, clone as Set<unknown>, seen);
  else refillObject(source, clone as object, seen);
  return clone;
}

function refillObject(source: object, clone: object, seen: Set<unknown>): void {
  // A clone has the same own enumerable properties, and no accessors.
  for (const [name, value] of Object.entries(clone)) {
    const restored = withBuffers(Reflect.get(source, name), value, seen);
    if (restored !== value) Reflect.set(clone, name, restored);
  }
}

function refill(source: Map<unknown, unknown>, clone: Map<unknown, unknown>, seen: Set<unknown>): void {
  const pairs = [...clone];
  clone.clear();
  let at = 0;
  for (const [key, value] of source) {
    const [clonedKey, clonedValue] = pairs[at++]!;
    clone.set(withBuffers(key, clonedKey, seen), withBuffers(value, clonedValue, seen));
  }
}

function refillSet(source: Set<unknown>, clone: Set<unknown>, seen: Set<unknown>): void {
  const values = [...clone];
  clone.clear();
  let at = 0;
  for (const value of source) clone.add(withBuffers(value, values[at++], seen));
}
