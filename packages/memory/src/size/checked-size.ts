import { mismatch } from '@uno-cache/core/adapter';

/**
 * What a user's `sizeOf` says of an entry.
 *
 * @throws TypeError when that is not a size.
 */
export function checkedSize(bytes: unknown): number {
  if (typeof bytes === 'number' && bytes >= 0) return Math.ceil(bytes);
  throw new TypeError(mismatch('sizeOf', 'a function that gives a number of at least 0', bytes));
}
