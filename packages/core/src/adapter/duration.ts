import { mismatch } from './option-checks.ts';

/**
 * A length of time: a number of **seconds**, or a number with a unit: `'250ms'`, `'10s'`, `'5m'`, `'1.5h'`, `'7d'`.
 * It is greater than zero; `Infinity` is for ever.
 */
export type Duration = number | `${number}${DurationUnit}`;

type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

const UNIT_MS: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const FORM = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|d)$/;
const ALLOWED =
  'a duration greater than 0: seconds as a number, Infinity, or a number with a unit (ms, s, m, h, d) as "5m"';

const MAX_PARSED = 512;
/** Longer strings are parsed each time, so that what is kept is small. */
const MAX_PARSED_LENGTH = 32;
const parsed = new Map<string, number>();

/**
 * A duration in milliseconds, with its fraction. What is too long for a number is `Infinity`.
 *
 * @param option - its name in the error's message.
 * @throws TypeError when it is 0, negative, `NaN`, of another type or malformed.
 */
export function durationMs(value: unknown, option: string): number {
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? parsedMs(value) : Number.NaN;
  if (ms > 0) return ms;
  throw new TypeError(mismatch(option, ALLOWED, value));
}

function parsedMs(text: string): number {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const ms = parse(text);
  if (text.length <= MAX_PARSED_LENGTH && ms > 0) {
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(text, ms);
  }
  return ms;
}

function parse(text: string): number {
  const match = FORM.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * UNIT_MS[match[2] as DurationUnit];
}
