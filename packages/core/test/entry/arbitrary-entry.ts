import fc from 'fast-check';
import type { Entry, StandingLease } from '../../src/adapter/index.ts';

const time = fc.oneof(fc.double({ min: -1e15, max: 1e17, noNaN: true }), fc.integer({ min: 0, max: 2e12 }));
const timeOrNever = fc.oneof(time, fc.constant(Infinity));
const lengthMs = fc.oneof(fc.constantFrom(0, Infinity), fc.double({ min: 0, max: 1e15, noNaN: true }));
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const tags = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 });

/** Any entry that the engine may make, with a value that JSON holds. */
export const arbitraryEntry: fc.Arbitrary<Entry> = fc
  .record({
    value: fc.jsonValue({ depthSize: 'small' }),
    negative: fc.boolean(),
    createdAt: time,
    freshUntil: timeOrNever,
    staleMs: lengthMs,
    usableMs: lengthMs,
    version: fc.double({ min: 0, max: 2 ** 53, noNaN: true }),
    cost: fc.double({ min: 0, max: 1e9, noNaN: true }),
    slidingMs: lengthMs,
    slidesUntil: timeOrNever,
    tags: fc.option(tags, { nil: undefined }),
  })
  .map((entry) => ({
    ...entry,
    value: entry.negative ? undefined : entry.value,
    staleMs: Math.min(entry.staleMs, entry.usableMs),
    usableMs: Math.max(entry.staleMs, entry.usableMs),
    checkedAt: 0,
  }));

const digit = fc.constantFrom(...'0123456789abcdef');

export const arbitraryLease: fc.Arbitrary<StandingLease> = fc
  .tuple(fc.string({ unit: digit, minLength: 32, maxLength: 32 }), time)
  .filter(([token]) => /[1-9a-f]/.test(token))
  .map(([token, until]) => ({ token, until }));

export const arbitraryKey: fc.Arbitrary<string> = fc.string({ unit: 'grapheme' });
