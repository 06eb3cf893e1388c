import { show } from '../adapter/show.ts';
import { builtinKind } from './builtin-kind.ts';
import { MAX_DEPTH, Unserializable } from './unserializable.ts';

/**
 * Refuses what the default serializer refuses: functions, symbols, promises, weak collections, cycles and nesting deeper
 * than 1,000. For tiers that keep references, so that a value which they take is one that a byte tier takes, too.
 *
 * @throws Error naming the place.
 */
export function checkKeepable(value: unknown): void {
  try {
    check(value, 0);
  } catch (error) {
    throw error instanceof Unserializable ? error.located() : error;
  }
}

function check(value: unknown, depth: number): void {
  if (typeof value === 'object' && value !== null) checkObject(value, depth);
  else if (typeof value === 'function' || typeof value === 'symbol') {
    throw new Unserializable(`a ${typeof value}, which cannot be kept`);
  }
}

function checkObject(value: object, depth: number): void {
  if (depth >= MAX_DEPTH) throw new Unserializable(`nested deeper than ${MAX_DEPTH}`);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) checkItems(value, value, depth);
  else if (prototype === Object.prototype || prototype === null) checkProperties(value, depth);
  else checkInstance(value, depth);
}

function checkInstance(value: object, depth: number): void {
  switch (builtinKind(value)) {
    case 'refused':
      throw new Unserializable(`${show(value)}, which cannot be kept`);
    case 'Map':
      checkItems([...Map.prototype.entries.call(value)], value, depth);
      break;
    case 'Set':
      checkItems([...Set.prototype.values.call(value)], value, depth);
      break;
    case 'boxed':
      check(value.valueOf(), depth + 1);
      break;
    case 'Error':
    case undefined:
      checkProperties(value, depth);
      break;
    case 'Date':
    case 'RegExp':
    case 'ArrayBuffer':
    case 'view':
  }
}

/** @param holder - the object that the items are of, when the array was made of them. */
function checkItems(items: readonly unknown[], holder: object, depth: number): void {
  let index = 0;
  try {
    for (; index < items.length; index++) check(items[index], depth + 1);
  } catch (error) {
    if (error instanceof Unserializable) error.passes(holder, index);
    throw error;
  }
}

function checkProperties(value: object, depth: number): void {
  // What it gives is a serializer's to judge: it may be costly, or tell the time.
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return;
  let name = '';
  try {
    for (name of Object.keys(value)) check((value as Record<string, unknown>)[name], depth + 1);
  } catch (error) {
    if (error instanceof Unserializable) error.passes(value, name);
    throw error;
  }
}
