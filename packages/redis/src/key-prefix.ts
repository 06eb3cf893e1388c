import { mismatch } from '@uno-cache/core/adapter';

const MAX_LENGTH = 256;

/**
 * What stands before keys: nothing that a glob would read.
 *
 * @throws TypeError
 */
export function checkPrefix(prefix: unknown, option: string): string {
  if (typeof prefix === 'string' && prefix.length <= MAX_LENGTH && !/[*?[\]\\]/.test(prefix)) return prefix;
  throw new TypeError(mismatch(option, `a string of up to ${MAX_LENGTH} characters without * ? [ ] \\`, prefix));
}
