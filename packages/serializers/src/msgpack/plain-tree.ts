import type { BuiltinKind } from '@uno-cache/core/adapter';
import { builtinKind, isWellFormed, MAX_DEPTH, show, Unserializable } from '@uno-cache/core/adapter';
import { localized } from './localized.ts';
import { isTagName, tags } from './tags.ts';

/**
 * What msgpackr keeps as it is instead of the value: the value itself where that is so, else a copy of the parts that
 * are not, with tags. Nothing is copied that needs no change.
 *
 * @throws Error naming the place of what cannot be kept.
 */
export function plainTree(value: unknown): { readonly tree: unknown; readonly isTagged: boolean } {
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

  plain(value: unknown, key: string | number, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value) ? value : this.#tag(tags.text, Buffer.from(value, 'utf16le'));
      case 'number':
        return value === 0 && 1 / value < 0 ? this.#tag(tags.number, '-0') : value;
      case 'object':
        return value === null ? null : this.#object(value, key, depth);
      case 'boolean':
      case 'undefined':
      case 'bigint':
        return value;
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
      case 'ArrayBuffer':
      case 'Date':
      case 'RegExp':
        return localized(kind, value);
      case 'Set': {
        const items = [...Set.prototype.values.call(value)];
        const plain = this.#array(items, depth, value);
        return plain === items && value instanceof Set ? value : new Set(plain);
      }
      case 'Map':
        return this.#tag(tags.map, this.#array([...Map.prototype.entries.call(value)].flat(), depth, value));
      case 'Error':
        return this.#record({ name: (value as Error).name, message: (value as Error).message, ...value }, depth, value);
      case 'boxed':
        return this.plain(value.valueOf(), key, depth + 1);
      case 'refused':
        throw new Unserializable(`${show(value)}, which cannot be kept`);
    }
  }

  /** @param holder - the object that the members are of, when the array was made for the walk. */
  #array(array: readonly unknown[], depth: number, holder: object = array): readonly unknown[] {
    let copy: unknown[] | undefined;
    let i = 0;
    try {
      for (; i < array.length; i++) {
        const item = array[i];
        const plain = this.plain(item, i, depth + 1);
        if (copy === undefined && !Object.is(plain, item)) copy = array.slice(0, i);
        copy?.push(plain);
      }
    } catch (error) {
      if (error instanceof Unserializable) error.passes(holder, i);
      throw error;
    }
    return copy ?? array;
  }

  /** @param holder - the object that the properties are of, when the record was made for the walk. */
  #record(record: object, depth: number, holder: object = record): unknown {
    let copy: Record<string, unknown> | undefined;
    let key = '';
    const keys = Object.keys(record);
    let isOdd = keys.length === 1 && isTagName(keys[0]!);
    try {
      for (key of keys) {
        const item = (record as Record<string, unknown>)[key];
        const plain = this.plain(item, key, depth + 1);
        isOdd ||= key === '__proto__' || !isWellFormed(key);
        if (Object.is(plain, item)) continue;
        copy ??= { ...record };
        // An own property by now, so that `__proto__` is one like any other.
        copy[key] = plain;
      }
    } catch (error) {
      if (error instanceof Unserializable) error.passes(holder, key);
      throw error;
    }
    const plain = copy ?? (record as Record<string, unknown>);
    if (!isOdd) return plain;
    return this.#tag(
      tags.object,
      keys.flatMap((name) => [this.plain(name, '', 0), plain[name]]),
    );
  }
}
