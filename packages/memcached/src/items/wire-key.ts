import { createHash } from 'node:crypto';

/** The longest key that memcached takes, in bytes. */
const MAX_BYTES = 250;
const PLAIN = /^[\x21-\x7e]+$/;

/**
 * The key as the server has it: as it is where the protocol takes it, else its SHA-256. White space and control
 * characters, which would end a command, and what is not ASCII are never sent.
 *
 * @param prefix - the tier's; ASCII without white space.
 * @param kind - what the key is of. No namespace holds its characters, so that no two kinds collide.
 */
export function wireKey(prefix: string, kind: '' | '*lock*' | '*marks*' | '*space*', physical: string): string {
  const key = prefix + kind + physical;
  if (key.length <= MAX_BYTES && PLAIN.test(key)) return key;
  return `${prefix}*hash*${kind}${createHash('sha256').update(physical).digest('base64url')}`;
}

/** Whether the key stands for a longer one, which the item then has to name. */
export function isHashed(prefix: string, wire: string): boolean {
  return wire.startsWith('*hash*', prefix.length);
}
