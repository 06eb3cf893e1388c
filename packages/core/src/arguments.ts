import { checkKey } from './adapter/key.ts';
import { show } from './adapter/show.ts';

/** What the calls take as keys, once each, in the order given. @throws TypeError, CacheError `KEY_TOO_LONG` */
export function checkKeys(keys: unknown): string[] {
  if (typeof keys === 'string' || !isIterable(keys)) {
    throw new TypeError(`keys must be an array or another iterable of strings, not ${show(keys)}.`);
  }
  const unique = new Set<string>();
  for (const key of keys) {
    checkKey(key);
    unique.add(key);
  }
  return [...unique];
}

/** @throws TypeError for keys that are no strings and for values that are `undefined`. */
export function checkEntries(entries: unknown): Map<string, unknown> {
  const checked = new Map<string, unknown>();
  for (const [key, value] of pairsOf(entries)) {
    checkKey(key);
    checkValue(value, key);
    checked.set(key, value);
  }
  return checked;
}

export function checkValue(value: unknown, key: string): void {
  if (value !== undefined) return;
  throw new TypeError(
    `The value of key ${show(key)} must not be undefined, which stands for a miss; null is a value. To remove it, delete.`,
  );
}

function* pairsOf(entries: unknown): Generator<readonly [unknown, unknown]> {
  if (typeof entries !== 'object' || entries === null) throw notEntries(entries);
  if (!isIterable(entries)) {
    yield* Object.entries(entries);
    return;
  }
  for (const pair of entries) {
    if (!Array.isArray(pair) || pair.length !== 2) throw notEntries(pair);
    yield pair as [unknown, unknown];
  }
}

function notEntries(value: unknown): TypeError {
  return new TypeError(`entries must be a Map, a record or an iterable of [key, value], not ${show(value)}.`);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
