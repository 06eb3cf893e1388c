import { mismatch } from './option-checks.ts';

/**
 * A size: a whole number of bytes, or a number with a unit: `'512b'`, `'64kb'`, `'1.5mb'`, `'2gb'`, in powers of 1024.
 * It is greater than zero; `Infinity` is without bound.
 */
export type ByteSize = number | `${number}${ByteUnit}`;

type ByteUnit = 'b' | 'kb' | 'mb' | 'gb';

const UNIT_BYTES: Readonly<Record<ByteUnit, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
const FORM = /^(\d+(?:\.\d+)?|\.\d+)(b|kb|mb|gb)$/;
const ALLOWED =
  'a size greater than 0: whole bytes as a number, Infinity, or a number with a unit (b, kb, mb, gb) as "64kb"';

/**
 * A size in whole bytes; a string's fraction of a byte is dropped.
 *
 * @param option - its name in the error's message.
 * @throws TypeError when it is 0, negative, `NaN`, of another type, malformed, or above 2^53.
 */
export function byteSize(value: unknown, option: string): number {
  const bytes = typeof value === 'string' ? parse(value) : value;
  if (bytes === Infinity && typeof value === 'number') return bytes;
  if (Number.isSafeInteger(bytes) && (bytes as number) > 0) return bytes as number;
  throw new TypeError(mismatch(option, ALLOWED, value));
}

function parse(text: string): number {
  const match = FORM.exec(text);
  return match === null ? Number.NaN : Math.floor(Number(match[1]) * UNIT_BYTES[match[2] as ByteUnit]);
}
