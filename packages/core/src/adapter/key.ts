import { CacheError } from '../errors.ts';
import type { Scope } from '../ports/tier.ts';
import { mismatch } from './option-checks.ts';
import { show } from './show.ts';
import { isWellFormed } from './well-formed.ts';

/** The most UTF-8 that a key may take, in bytes. */
export const MAX_KEY_BYTES = 65_536;

/** The most UTF-8 that one UTF-16 unit takes: a pair, 2 units, takes 4. */
const MAX_BYTES_PER_UNIT = 3;
const encoder = new TextEncoder();

/**
 * Refuses what cannot be a key: anything but a well-formed string of up to 64 KiB of UTF-8.
 *
 * @param what - what the message calls it.
 * @throws TypeError when it is not a string, or holds half of a surrogate pair.
 * @throws CacheError `KEY_TOO_LONG`.
 */
export function checkKey(key: unknown, what: string = 'key'): asserts key is string {
  if (typeof key !== 'string') throw new TypeError(mismatch(what, 'a string', key));
  if (!isWellFormed(key)) throw new TypeError(mismatch(what, 'well-formed, without a lone surrogate', key));
  if (key.length * MAX_BYTES_PER_UNIT > MAX_KEY_BYTES && isTooLong(key)) {
    throw new CacheError('KEY_TOO_LONG', `${what} must be at most ${MAX_KEY_BYTES} bytes of UTF-8; got ${show(key)}`);
  }
}

/**
 * What every physical key of a scope begins with: `namespace:region:`. No scope's prefix is the beginning of another's,
 * and none holds white space, control characters or a glob's special characters.
 */
export function scopePrefix(scope: Pick<Scope, 'namespace' | 'region'>): string {
  return `${escaped(scope.namespace)}:${escaped(scope.region)}:`;
}

/** The key under which a tier that others share keeps an entry. No two of them are equal for different scopes or keys. */
export function physicalKey(scope: Pick<Scope, 'namespace' | 'region'>, key: string): string {
  return scopePrefix(scope) + key;
}

/** What every version's key of a scope begins with: `namespace!region:`, which no entry's key begins with. */
export function versionPrefix(scope: Pick<Scope, 'namespace' | 'region'>): string {
  return `${escaped(scope.namespace)}!${escaped(scope.region)}:`;
}

/** The key under which a tier keeps the version of a name (`Keyspace.versions`). Never that of an entry. */
export function versionKey(scope: Pick<Scope, 'namespace' | 'region'>, name: string): string {
  return versionPrefix(scope) + name;
}

function isTooLong(key: string): boolean {
  return key.length > MAX_KEY_BYTES || encoder.encode(key).length > MAX_KEY_BYTES;
}

/** Percent-escapes what separates, what a glob or a protocol would read, and `%` itself. */
function escaped(part: string): string {
  return part.replace(/[%:!*?[\]\\\s\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => {
    let out = '';
    for (const byte of bytesOf(character)) out += `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
    return out;
  });
}

/** UTF-8, where half of a surrogate pair becomes the three bytes that it would have, so that halves stay different. */
function bytesOf(character: string): Iterable<number> {
  const code = character.codePointAt(0)!;
  const isLone = code >= 0xd800 && code <= 0xdfff;
  return isLone ? [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)] : encoder.encode(character);
}
