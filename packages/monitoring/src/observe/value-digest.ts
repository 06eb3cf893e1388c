import { isProxy } from 'node:util/types';
import { crc32 } from '@uno-cache/core/adapter';

/** Parts of a value that are looked at; a value of more has no digest. */
const MOST_PARTS = 500;
const MOST_CHARACTERS = 16_384;

/**
 * A number that two values have in common when they are alike, and hardly otherwise; `undefined` for values that would
 * take long to look at, or cannot be read without running somebody's code: getters, proxies. Class instances count by
 * their properties, as they come back from a tier.
 */
export function digestOf(value: unknown): number | undefined {
  const parts: string[] = [];
  let characters = 0;
  const add = (text: string): void => {
    characters += text.length + 1;
    if (parts.push(text) > MOST_PARTS || characters > MOST_CHARACTERS) throw TOO_LARGE;
  };
  try {
    collect(value, add);
  } catch {
    // Too large, in a circle, or not plain data.
    return undefined;
  }
  return crc32(parts.join('\0'));
}

const TOO_LARGE = new Error('too large');
const RUNS_CODE = new Error('runs code');

/** Nothing here calls what a value brings along: its own getters, iterators and methods might do anything. */
function collect(value: unknown, add: (text: string) => void): void {
  if (typeof value !== 'object' || value === null) {
    add(`${typeof value}:${Object.is(value, -0) ? '-0' : String(value)}`);
  } else if (isProxy(value)) {
    throw RUNS_CODE;
  } else if (ArrayBuffer.isView(value)) {
    add(`bytes:${value.byteLength}`);
    if (value.byteLength > MOST_CHARACTERS) throw TOO_LARGE;
    add(String(crc32(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))));
  } else if (value instanceof Date) {
    add(`date:${Date.prototype.getTime.call(value)}`);
  } else if (value instanceof Map) {
    collectAll('map', Map.prototype.entries.call(value), add);
  } else if (value instanceof Set) {
    collectAll('set', Set.prototype.values.call(value), add);
  } else if (Array.isArray(value)) {
    collectAll('array', Array.prototype.values.call(value), add);
  } else {
    collectProperties(value, add);
  }
}

function collectAll(kind: string, items: Iterable<unknown>, add: (text: string) => void): void {
  add(kind);
  for (const item of items) collect(item, add);
  add('end');
}

function collectProperties(value: object, add: (text: string) => void): void {
  add('object');
  for (const name of Object.keys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property === undefined || !('value' in property)) throw RUNS_CODE;
    add(name);
    collect(property.value, add);
  }
  add('end');
}
