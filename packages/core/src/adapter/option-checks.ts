import type { Serializer } from '../ports/serializer.ts';
import { nearest } from './nearest.ts';
import { show } from './show.ts';
import { isWellFormed } from './well-formed.ts';

/** Bounds of a number, both included. */
export interface NumberRange {
  /** @defaultValue `-Infinity`, which no value reaches */
  readonly min?: number;
  /** `Infinity` itself is allowed exactly when it is given here. @defaultValue no upper bound, finite */
  readonly max?: number;
}

const MAX_NAME = 256;

/**
 * Refuses options that are not an object, and names that are not options.
 *
 * @param owner - whose options, as the message says it: `memory()`.
 * @param allowed - the names of all options there are. Own enumerable properties are held against it, one that is
 * `undefined` too.
 * @throws TypeError naming the owner, the unknown option, the nearest known one and all that are allowed.
 */
export function checkOptions(owner: string, options: unknown, allowed: readonly string[]): void {
  if (!isOptionsObject(options)) {
    throw new TypeError(`${owner}: options must be an object with any of ${list(allowed)}; got ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (allowed.includes(name)) continue;
    const near = nearest(name, allowed);
    const hint = near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
    throw new TypeError(`${owner}: unknown option ${show(name)}${hint}; allowed are ${list(allowed)}`);
  }
}

/**
 * @returns the value.
 * @throws TypeError when it is not a boolean.
 */
export function checkBoolean(value: unknown, option: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(mismatch(option, 'true or false', value));
}

/**
 * @returns the value.
 * @throws TypeError when it is not an integer, not exactly representable, or outside of the range.
 */
export function checkInteger(value: unknown, option: string, range: NumberRange = {}): number {
  if ((Number.isSafeInteger(value) || isAllowedInfinity(value, range)) && isWithin(value as number, range)) {
    return value as number;
  }
  throw new TypeError(mismatch(option, `an integer${rangeText(range)}`, value));
}

/**
 * @returns the value.
 * @throws TypeError when it is not a number, `NaN`, or outside of the range.
 */
export function checkNumber(value: unknown, option: string, range: NumberRange = {}): number {
  if ((Number.isFinite(value) || isAllowedInfinity(value, range)) && isWithin(value as number, range)) {
    return value as number;
  }
  throw new TypeError(mismatch(option, `a number${rangeText(range)}`, value));
}

/**
 * @returns the value.
 * @throws TypeError when it cannot be called.
 */
export function checkFunction<T>(value: T, option: string): T {
  if (typeof value === 'function') return value;
  throw new TypeError(mismatch(option, 'a function', value));
}

/**
 * For what shows up in messages, labels and key prefixes: a well-formed string of 1 to 256 characters.
 *
 * @returns the value.
 * @throws TypeError when it is anything else.
 */
export function checkName(value: unknown, option: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME && isWellFormed(value)) return value;
  throw new TypeError(mismatch(option, `a well-formed string of 1 to ${MAX_NAME} characters`, value));
}

/**
 * @returns the value.
 * @throws TypeError when it is no serializer.
 */
export function checkSerializer(value: Serializer, option: string): Serializer {
  const { encode, decode } = (value ?? {}) as Partial<Serializer>;
  if (typeof encode !== 'function' || typeof decode !== 'function') {
    throw new TypeError(mismatch(option, 'a Serializer, with id, encode and decode', value));
  }
  checkName(value.id, `${option}.id`);
  return value;
}

/**
 * @returns the value.
 * @throws TypeError when it is none of `allowed`, naming the nearest of them.
 */
export function checkOneOf<const T extends string | number | boolean>(
  value: unknown,
  option: string,
  allowed: readonly T[],
): T {
  if (allowed.includes(value as T)) return value as T;
  const texts = allowed.filter((item) => typeof item === 'string');
  const near = typeof value === 'string' ? nearest(value, texts) : undefined;
  const hint = near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
  throw new TypeError(mismatch(option, `one of ${list(allowed)}`, value) + hint);
}

/** The sentence that every refusal has: which option, what is allowed, what came. */
export function mismatch(option: string, allowed: string, value: unknown): string {
  return `${option} must be ${allowed}; got ${show(value)}`;
}

/** What has no properties to look at, such as a Map or a promise that nobody awaited, is not taken for `{}`. */
function isOptionsObject(options: unknown): options is object {
  if (typeof options !== 'object' || options === null) return false;
  const kind = Object.prototype.toString.call(options);
  return kind === '[object Object]' || kind === '[object Module]';
}

function isAllowedInfinity(value: unknown, range: NumberRange): boolean {
  return value === Infinity && range.max === Infinity;
}

function isWithin(value: number, { min = -Infinity, max = Infinity }: NumberRange): boolean {
  return value >= min && value <= max;
}

function rangeText({ min, max }: NumberRange): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

function list(names: readonly (string | number | boolean)[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}
