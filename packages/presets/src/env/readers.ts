import {
  byteSize,
  checkInteger,
  checkName,
  checkNumber,
  checkOneOf,
  durationMs,
  escapeGlob,
  mismatch,
} from '@uno-cache/core/adapter';
import { checkServerUrl } from '../server-url.ts';
import type { Variable } from './variable.ts';

type Reader = Variable['read'];

/** A plain number is seconds, as everywhere. */
export const duration: Reader = (text, name) => {
  const value = numberOr(text);
  durationMs(value, name);
  return value;
};

/** A duration that may also be 0. */
export const window: Reader = (text, name) => (numberOr(text) === 0 ? 0 : duration(text, name));

export const size: Reader = (text, name) => {
  const value = numberOr(text);
  byteSize(value, name);
  return value;
};

export const share: Reader = (text, name) => checkNumber(numberOr(text), name, { min: 0, max: 1 });

export const beta: Reader = (text, name) => checkNumber(numberOr(text), name, { min: 0, max: 1000 });

export const count: Reader = (text, name) => checkInteger(numberOr(text), name, { min: 1 });

export const label: Reader = checkName;

export const path: Reader = (text, name) => {
  if (text !== '' && !text.includes('\0')) return text;
  throw new TypeError(mismatch(name, 'the path of a directory', text));
};

/** What stands before keys, and must not be read as a glob. */
export const prefix: Reader = (text, name) => {
  if (text !== '' && escapeGlob(text) === text) return text;
  throw new TypeError(mismatch(name, 'a text without * ? [ ] \\', text));
};

export const port: Reader = (text, name) => checkInteger(numberOr(text), name, { min: 0, max: 65_535 });

/** What nobody is shown. */
export const token: Reader = (text, name) => {
  if (/^[!-~]{16,256}$/.test(text)) return text;
  throw new TypeError(
    `${name} must be 16 to 256 printable ASCII characters without spaces; got ${text.length} characters`,
  );
};

/** A server, or `off` for none. */
export const server: Reader = (text, name) => (text === 'off' ? false : checkServerUrl(text, name));

export function oneOf(allowed: readonly string[]): Reader {
  return (text, name) => checkOneOf(text, name, allowed);
}

/** The number that a text says, or the text, so that a message can show it. */
function numberOr(text: string): number | string {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+|Infinity)$/.test(text);
  return isNumber ? Number(text) : text;
}
