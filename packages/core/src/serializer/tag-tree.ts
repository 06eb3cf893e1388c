import { show } from '../adapter/show.ts';
import { toBase64, viewToText } from './binary.ts';
import type { BuiltinKind } from './builtin-kind.ts';
import { builtinKind } from './builtin-kind.ts';
import { MAX_DEPTH, Unserializable } from './unserializable.ts';

const DOLLAR = 36;
const INDEX = /^\d+$/;

/**
 * What JSON can hold instead of the value: the value itself where it is plain, else a copy of its parts that are not,
 * with tags. Nothing is copied that needs no change.
 *
 * @throws Error naming the place of what cannot be kept.
 */
export function tagTree(value: unknown): { readonly tree: unknown; readonly isTagged: boolean } {
  const walk = new Walk();
  try {
    if (value === undefined) throw new Unserializable('undefined, which is no value');
    return { tree: walk.plain(value, '', 0), isTagged: walk.isTagged };
  } catch (error) {
    throw error instanceof Unserializable ? error.located() : error;
  }
}

class Walk {
  isTagged = false;

  /** The value or, when it is not plain, what stands for it. */
  plain(value: unknown, key: string | number, depth: number): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        // An infinity or NaN less itself is NaN.
        if (value - value !== 0) return this.#tag('$number', String(value));
        return value === 0 && 1 / value < 0 ? this.#tag('$number', '-0') : value;
      case 'object':
        return value === null ? null : this.#object(value, key, depth);
      case 'undefined':
        return this.#tag('$undefined', true);
      case 'bigint':
        return this.#tag('$bigint', String(value));
      case 'function':
      case 'symbol':
        throw new Unserializable(`a ${typeof value}, which cannot be kept`);
    }
  }

  #tag(tag: string, content: unknown): object {
    this.isTagged = true;
    return { [tag]: content };
  }

  #object(value: object, key: string | number, depth: number): unknown {
    if (depth >= MAX_DEPTH) throw new Unserializable(`nested deeper than ${MAX_DEPTH}`);
    if (Array.isArray(value)) return this.#array(value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      const kind = builtinKind(value);
      if (kind !== undefined) return this.#builtin(kind, value, key, depth);
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== 'function') return this.#record(value, depth);
    const result: unknown = toJSON.call(value, String(key));
    if (result === undefined) throw new Unserializable('left out by its own toJSON()');
    return result === value ? this.#record(value, depth) : this.plain(result, key, depth + 1);
  }

  #builtin(kind: BuiltinKind, value: object, key: string | number, depth: number): unknown {
    switch (kind) {
      case 'view':
        return this.#tag(...viewToText(value as ArrayBufferView));
      case 'ArrayBuffer':
        return this.#tag('$ArrayBuffer', toBase64(new Uint8Array(value as ArrayBuffer)));
      case 'Date': {
        const time = Date.prototype.getTime.call(value);
        return this.#tag('$date', Number.isNaN(time) ? null : time);
      }
      case 'RegExp': {
        const { source, flags, lastIndex } = value as RegExp;
        return this.#tag('$regexp', lastIndex > 0 ? [source, flags, lastIndex] : [source, flags]);
      }
      case 'Map':
        return this.#tag('$map', this.#array([...Map.prototype.entries.call(value)], depth, value));
      case 'Set':
        return this.#tag('$set', this.#array([...Set.prototype.values.call(value)], depth, value));
      case 'Error':
        return this.#record({ name: (value as Error).name, message: (value as Error).message, ...value }, depth, value);
      case 'boxed':
        return this.plain(value.valueOf(), key, depth + 1);
      case 'refused':
        throw new Unserializable(`${show(value)}, which cannot be kept`);
    }
  }

  /** @param holder - the object that the members are of, when the array was made for the walk. */
  #array(array: readonly unknown[], depth: number, holder: object = array): unknown {
    let copy: unknown[] | undefined;
    let isSparse = false;
    let i = 0;
    try {
      for (; i < array.length && !isSparse; i++) {
        const item = array[i];
        isSparse = item === undefined && !(i in array);
        const plain = typeof item === 'string' ? item : this.plain(item, i, depth + 1);
        if (copy === undefined && plain !== item) copy = array.slice(0, i);
        copy?.push(plain);
      }
    } catch (error) {
      if (error instanceof Unserializable) error.passes(holder, i);
      throw error;
    }
    return isSparse ? this.#sparse(array, depth, holder) : (copy ?? array);
  }

  #sparse(array: readonly unknown[], depth: number, holder: object): unknown {
    const items: Record<string, unknown> = {};
    for (const key of Object.keys(array)) if (INDEX.test(key)) items[key] = array[Number(key)];
    return this.#tag('$sparse', [array.length, this.#record(items, depth, holder)]);
  }

  /** @param holder - the object that the properties are of, when the record was made for the walk. */
  #record(record: object, depth: number, holder: object = record): unknown {
    let copy: Record<string, unknown> | undefined;
    let key = '';
    const keys = Object.keys(record);
    try {
      for (key of keys) {
        const item = (record as Record<string, unknown>)[key];
        const plain = typeof item === 'string' ? item : this.plain(item, key, depth + 1);
        if (plain === item) continue;
        copy ??= { ...record };
        // An own property by now, so that `__proto__` is one like any other.
        copy[key] = plain;
      }
    } catch (error) {
      if (error instanceof Unserializable) error.passes(holder, key);
      throw error;
    }
    const isLikeTag = keys.length === 1 && key.charCodeAt(0) === DOLLAR;
    return isLikeTag ? this.#tag(`$${key}`, (copy ?? (record as Record<string, unknown>))[key]) : (copy ?? record);
  }
}
