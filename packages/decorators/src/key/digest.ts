import { createHash } from 'node:crypto';
import { encodeArguments } from './encode.ts';

const MAX_READABLE = 64;
/** Of base64url: 132 bits. */
const DIGEST_LENGTH = 22;

/**
 * The last part of a derived key: the arguments' text (`1,"a"`) as far as it is short and printable, else `#` and 132
 * bits of its SHA-256. No text begins with `#`.
 *
 * @param what - whose arguments, as a message says it. @defaultValue `'hashArguments()'`
 * @throws TypeError naming the argument that cannot be part of a key.
 */
export function hashArguments(args: readonly unknown[], what: string = 'hashArguments()'): string {
  return shortened(encodeArguments(args, what));
}

/** The text itself while it is short and printable, else its digest. */
export function shortened(text: string): string {
  if (text.length <= MAX_READABLE && /^[\x20-\x7e]*$/.test(text)) return text;
  return `#${createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH)}`;
}
