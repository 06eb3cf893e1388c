import { builtinKind, MAX_DEPTH, show, Unserializable } from '@uno-cache/core/adapter';

/**
 * Walks a value before `JSON.stringify` gets it.
 *
 * @param isStrict - refuses also what comes back in another form.
 * @throws Error naming the place of what JSON would lose.
 */
export function checkJson(value: unknown, isStrict: boolean): void {
  try {
    if (value === undefined) throw new Unserializable('undefined, which is no value');
    new JsonCheck(isStrict).check(value, '', 0);
  } catch (error) {
    throw error instanceof Unserializable ? error.located() : error;
  }
}

class JsonCheck {
  readonly #isStrict: boolean;

  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  check(value: unknown, key: string | number, depth: number): void {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return;
      case 'number':
        if (!Number.isFinite(value) || Object.is(value, -0)) this.#changes(value);
        return;
      case 'undefined':
        this.#changes(value);
        return;
      case 'object':
        if (value !== null) this.#object(value, key, depth);
        return;
      case 'bigint':
      case 'function':
      case 'symbol':
        throw new Unserializable(`a ${typeof value}, which JSON cannot hold`);
    }
  }

  #changes(value: unknown): void {
    if (this.#isStrict) throw new Unserializable(`${show(value)}, which JSON does not keep as it is`);
  }

  #object(value: object, key: string | number, depth: number): void {
    if (depth >= MAX_DEPTH) throw new Unserializable(`nested deeper than ${MAX_DEPTH}`);
    if (Array.isArray(value)) {
      this.#array(value, depth);
      return;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === Object.prototype || prototype === null;
    if (!isPlain || hasToJson(value)) this.#changes(value);
    // Text or null, whatever the Date: no need to make it twice.
    if (value instanceof Date && value.toJSON === Date.prototype.toJSON) return;
    if (hasToJson(value)) this.#toJson(value, key, depth);
    else if (isPlain) this.#record(value, depth);
    else this.#instance(value, key, depth);
  }

  #instance(value: object, key: string | number, depth: number): void {
    const kind = builtinKind(value);
    if (kind === undefined) this.#record(value, depth);
    else if (kind === 'boxed') this.check(value.valueOf(), key, depth + 1);
    else throw new Unserializable(`${show(value)}, which JSON cannot hold`);
  }

  #toJson(value: { toJSON(key: string): unknown }, key: string | number, depth: number): void {
    const result = value.toJSON(String(key));
    if (result === undefined) throw new Unserializable('left out by its own toJSON()');
    if (result === value) this.#record(value, depth);
    else this.check(result, key, depth + 1);
  }

  #array(array: readonly unknown[], depth: number): void {
    let i = 0;
    try {
      for (; i < array.length; i++) this.check(array[i], i, depth + 1);
    } catch (error) {
      if (error instanceof Unserializable) error.passes(array, i);
      throw error;
    }
  }

  #record(record: object, depth: number): void {
    let key = '';
    try {
      for (key of Object.keys(record)) this.check((record as Record<string, unknown>)[key], key, depth + 1);
    } catch (error) {
      if (error instanceof Unserializable) error.passes(record, key);
      throw error;
    }
  }
}

function hasToJson(value: object): value is { toJSON(key: string): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
