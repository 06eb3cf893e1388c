import type { Serializer } from '@uno-cache/core';
import { checkBoolean, checkOptions, decodeUtf8, encodeUtf8 } from '@uno-cache/core/adapter';
import { checkJson } from './json-check.ts';

export interface JsonOptions {
  /** Refuses also what comes back in another form, instead of keeping it in that. @defaultValue `false` */
  readonly strict?: boolean;
}

/**
 * Plain JSON, id `plain-json`: what any other program can read and write. Core's default serializer keeps more; take
 * this one where others share the entries, or where values are JSON anyway.
 *
 * It refuses what JSON would lose: functions, symbols, bigint, Map, Set, RegExp, binary data, errors, promises, cycles,
 * and nesting deeper than 1,000. It keeps in another form, unless it is `strict`: a Date and what else has a `toJSON` as
 * what that gives, an instance of a class as a plain object, `NaN` and the infinities as `null`, `-0` as `0`;
 * `undefined` is left out of objects, and `null` in arrays.
 *
 * @throws TypeError for options that it does not have.
 * @example
 * ```ts
 * import { json } from '@uno-cache/serializers';
 *
 * const bytes = json({ strict: true }).encode({ name: 'Ada' }, 'user:1');
 * console.log(new TextDecoder().decode(bytes)); // {"name":"Ada"}
 * ```
 */
export function json(options: JsonOptions = {}): Serializer {
  checkOptions('json()', options, ['strict']);
  const strict = checkBoolean(options.strict ?? false, 'json(): strict');
  return Object.freeze({
    id: 'plain-json',
    encode(value: unknown): Uint8Array {
      checkJson(value, strict);
      return encodeUtf8(JSON.stringify(value));
    },
    decode: (bytes: Uint8Array): unknown => JSON.parse(decodeUtf8(bytes)),
  });
}
