import { builtinKind, show } from '@uno-cache/core/adapter';
import type { Keyed } from './cache-key.ts';
import { cacheKey, isKeyed } from './cache-key.ts';

const MAX_DEPTH = 200;
const UNKEYABLE = 'it is given by reference; leave it out with a key template or function';

/**
 * A text for a list of arguments that no other list has: strings are quoted, `1` and `'1'`, `undefined` and a missing
 * argument, `0` and `-0` differ. The order of properties, and of what is in a Map or a Set, makes no difference.
 *
 * @param what - whose arguments, as a message says it.
 * @throws TypeError naming the argument that has no such text: a function, a symbol, a cycle, a promise, a stream, an
 * instance of a class without a key method.
 */
export function encodeArguments(args: readonly unknown[], what: string): string {
  const encoder = new Encoder(what);
  return args.map((arg, index) => encoder.encode(arg, `argument ${index}`)).join(',');
}

/** As `encodeArguments`, for one value that is called `place`. */
export function encodeValue(value: unknown, what: string, place: string): string {
  return new Encoder(what).encode(value, place);
}

class Encoder {
  readonly #what: string;
  /** The objects around the current one. */
  readonly #path = new Set<object>();

  constructor(what: string) {
    this.#what = what;
  }

  encode(value: unknown, place: string): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint':
        return `${value}n`;
      case 'boolean':
      case 'undefined':
        return String(value);
      case 'object':
        return value === null ? 'null' : this.#nested(value, place);
      case 'function':
      case 'symbol':
        throw this.#refusal(place, value, `a ${typeof value} has no key`);
    }
  }

  #nested(value: object, place: string): string {
    if (this.#path.has(value)) throw this.#refusal(place, value, 'it contains itself');
    if (this.#path.size >= MAX_DEPTH) throw this.#refusal(place, value, `it is nested deeper than ${MAX_DEPTH}`);
    this.#path.add(value);
    try {
      return this.#object(value, place);
    } finally {
      this.#path.delete(value);
    }
  }

  #object(value: object, place: string): string {
    if (isKeyed(value)) return this.#keyed(value, place);
    if (Array.isArray(value)) return this.#array(value, place);
    if (isPlain(value)) return this.#record(value, place);
    const kind = builtinKind(value);
    switch (kind) {
      case 'Date':
        return `Date(${Date.prototype.getTime.call(value)})`;
      case 'RegExp': {
        const { source, flags, lastIndex } = value as RegExp;
        return `RegExp(${JSON.stringify(source)},${flags},${lastIndex})`;
      }
      case 'Map':
        return `Map{${this.#pairs(value as Map<unknown, unknown>, place)
          .sort()
          .join(',')}}`;
      case 'Set': {
        const items = [...Set.prototype.values.call(value)];
        return `Set{${items
          .map((item) => this.encode(item, `${place}.(item)`))
          .sort()
          .join(',')}}`;
      }
      case 'ArrayBuffer':
        return `ArrayBuffer(${base64(new Uint8Array(value as ArrayBuffer))})`;
      case 'view':
        return this.#view(value as ArrayBufferView, place);
      case 'boxed':
        return `Object(${this.encode(value.valueOf(), place)})`;
      case 'Error':
      case 'refused':
        throw this.#refusal(place, value, UNKEYABLE);
      case undefined:
        return this.#instance(value, place);
    }
  }

  #keyed(value: Keyed, place: string): string {
    return `${className(value)}<${this.encode(value[cacheKey](), `${place}[cacheKey]()`)}>`;
  }

  /** Holes are not `undefined`. */
  #array(array: readonly unknown[], place: string): string {
    const items = Array.from(array, (item, index) =>
      index in array ? this.encode(item, `${place}[${index}]`) : 'hole',
    );
    return `[${items.join(',')}]`;
  }

  #record(record: object, place: string): string {
    const symbol = Object.getOwnPropertySymbols(record).find((key) => Object.propertyIsEnumerable.call(record, key));
    if (symbol !== undefined) throw this.#refusal(place, record, `it has a property named by ${String(symbol)}`);
    const members = Object.keys(record)
      .sort()
      .map((key) => {
        const text = this.encode((record as Record<string, unknown>)[key], `${place}.${key}`);
        return `${JSON.stringify(key)}:${text}`;
      });
    return `{${members.join(',')}}`;
  }

  #pairs(map: Map<unknown, unknown>, place: string): string[] {
    return Array.from(Map.prototype.entries.call(map), ([key, value]) => {
      return `${this.encode(key, `${place}.(key)`)}=>${this.encode(value, `${place}.(value)`)}`;
    });
  }

  #view(view: ArrayBufferView, place: string): string {
    if (builtinKind(view.buffer) === 'ArrayBuffer') {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      return `${className(view)}(${base64(bytes)})`;
    }
    throw this.#refusal(place, view, 'other threads may change its memory');
  }

  /** What has no key method of its own: of the platform's classes, those that are nothing but a text. */
  #instance(value: object, place: string): string {
    if (value instanceof URL) return `URL(${JSON.stringify(value.href)})`;
    if (value instanceof URLSearchParams) return `URLSearchParams(${JSON.stringify(String(value))})`;
    if (isStreamLike(value)) throw this.#refusal(place, value, UNKEYABLE);
    throw this.#refusal(
      place,
      value,
      'its class has no [cacheKey]() method; add one, or use a key template or function',
    );
  }

  #refusal(place: string, value: unknown, why: string): TypeError {
    return new TypeError(`${this.#what}: ${place} (${show(value)}) cannot be part of a key: ${why}.`);
  }
}

/** Plain in any realm: its prototype is null, or the end of a chain that belongs to some `Object`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty');
}

function isStreamLike(value: object): boolean {
  return ['pipe', 'getReader', 'then', 'next', Symbol.asyncIterator].some((name) => name in value);
}

function className(value: object): string {
  return String((value.constructor as { name?: unknown } | undefined)?.name ?? 'Object');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
