import { CacheError } from '../errors.ts';
import type { ByteSize } from './byte-size.ts';
import { byteSize } from './byte-size.ts';
import { show } from './show.ts';

/** The option `maxValueBytes` of a tier, in bytes; `Infinity` when it is not given. @throws TypeError */
export function readMaxValueBytes(value: ByteSize | undefined): number {
  return value === undefined ? Infinity : byteSize(value, 'maxValueBytes');
}

/** @throws CacheError `VALUE_TOO_LARGE` when a value takes more than the tier's `maxValueBytes`. */
export function checkValueBytes(key: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  const message = `The value of key ${show(key)} takes ${bytes} bytes, more than the ${most} of maxValueBytes.`;
  throw new CacheError('VALUE_TOO_LARGE', message);
}
