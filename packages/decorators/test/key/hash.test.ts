import { createReadStream } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheKey, hashArguments } from '../../src/index.ts';
import { encodeArguments } from '../../src/key/encode.ts';

class Money {
  readonly amount: bigint;
  constructor(amount: bigint) {
    this.amount = amount;
  }
  [cacheKey](): unknown {
    return { amount: this.amount };
  }
}

const distinct: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
  ['a comma within', ['a', 'b'], ['a,b']],
  ['a quote within', ['a"', 'b'], ['a', '"b']],
  ['a number and its text', [1], ['1']],
  ['a bigint and its number', [1n], [1]],
  ['undefined and nothing', [undefined], []],
  ['undefined and null', [undefined], [null]],
  ['a text and what it looks like', ['undefined'], [undefined]],
  ['zeros', [0], [-0]],
  ['NaN and its text', [Number.NaN], ['NaN']],
  ['a property that is undefined', [{ a: undefined }], [{}]],
  ['a hole', [new Array(1)], [[undefined]]],
  ['an array and its items', [[1, 2]], [1, 2]],
  ['nested arrays', [[[1], 2]], [[[1, 2]]]],
  ['a Date and its time', [new Date(5)], [5]],
  ['a Date and its text', [new Date(5)], [new Date(5).toISOString()]],
  ['a Map and a record', [new Map([['a', 1]])], [{ a: 1 }]],
  ['a Set and an array', [new Set([1])], [[1]]],
  ['typed arrays of the same bytes', [new Uint8Array([1])], [new Int8Array([1])]],
  ['a buffer and its bytes', [new Uint8Array([97])], [Buffer.from('a')]],
  ['a boxed number', [Object(1)], [1]],
  ['a URL and its text', [new URL('http://x/')], ['http://x/']],
  ['an instance and what its key is', [new Money(1n)], [{ amount: 1n }]],
  ['a RegExp and its flags', [/a/g], [/a/i]],
  ['lone surrogates', ['\ud800'], ['\ud801']],
  ['a long text and its digest', ['x'.repeat(100)], [hashArguments(['x'.repeat(100)])]],
];

test.each(distinct)('tells apart: %s', (_, a, b) => {
  expect(hashArguments(a)).not.toBe(hashArguments(b));
});

const alike: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
  ['properties in another order', [{ a: 1, b: { c: 1, d: 2 } }], [{ b: { d: 2, c: 1 }, a: 1 }]],
  ['a Map in another order', [new Map([[1, 'a'], [2, 'b']])], [new Map([[2, 'b'], [1, 'a']])]], // biome-ignore format: pairs
  ['a Set in another order', [new Set([1, '1', {}])], [new Set([{}, 1, '1'])]],
  ['Dates of one time', [new Date(7)], [new Date(7)]],
  ['views of the same bytes', [new Uint8Array([1, 2])], [new Uint8Array([0, 1, 2]).subarray(1)]],
  ['instances with one key', [new Money(3n)], [new Money(3n)]],
  ['a record without a prototype', [Object.assign(Object.create(null), { a: 1 })], [{ a: 1 }]],
  ['an object that is there twice', [[{ a: 1 }, { a: 1 }]], [Array(2).fill({ a: 1 })]],
];

test.each(alike)('takes as the same: %s', (_, a, b) => {
  expect(hashArguments(a)).toBe(hashArguments(b));
});

describe('readable while short', () => {
  test.each<[unknown[], string]>([
    [[], ''],
    [[1, 'a'], '1,"a"'],
    [[{ b: [true, null], a: 1n }], '{"a":1n,"b":[true,null]}'],
    [[new Money(1n)], 'Money<{"amount":1n}>'],
  ])('%o', (args, text) => {
    expect(hashArguments(args)).toBe(text);
  });

  test('a digest of 132 bits else', () => {
    expect(hashArguments(['x'.repeat(1_000)])).toMatch(/^#[\w-]{22}$/);
    expect(hashArguments(['zwölf'])).toMatch(/^#/);
  });
});

describe('refuses, naming the place', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = { cycle };
  let deep: unknown = 1;
  for (let i = 0; i < 300; i++) deep = [deep];
  class Plain {}

  test.each<[string, unknown, RegExp]>([
    ['a function', { a: { b: () => 1 } }, /argument 1\.a\.b .*a function has no key/],
    ['a class', Plain, /a function has no key/],
    ['a symbol', [Symbol('x')], /argument 1\[0\] .*a symbol has no key/],
    ['a symbol as a name', { [Symbol('x')]: 1 }, /property named by Symbol\(x\)/],
    ['a cycle', cycle, /argument 1\.self\.cycle .*contains itself/],
    ['a promise', Promise.resolve(1), /by reference/],
    ['a stream', createReadStream('/dev/null'), /by reference/],
    ['a web stream', new ReadableStream(), /by reference/],
    ['a generator', (function* () {})(), /by reference/],
    ['a WeakMap', new WeakMap(), /by reference/],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(1)), /other threads/],
    ['an instance without a key method', new Plain(), /\[cacheKey\]\(\)/],
    ['a signal', new AbortController().signal, /\[cacheKey\]\(\)/],
    ['depth', deep, /nested deeper/],
  ])('%s', (_, value, message) => {
    expect(() => hashArguments([0, value])).toThrow(TypeError);
    expect(() => hashArguments([0, value])).toThrow(message);
  });
});

/** A naive model of what is the same: by JSON of a tree that says of everything what it is. */
function model(value: unknown): unknown {
  if (Array.isArray(value)) return ['array', ...value.map(model)];
  if (value instanceof Date) return ['date', value.getTime()];
  if (value instanceof Set) return ['set', ...[...value].map((item) => JSON.stringify(model(item))).sort()];
  if (value instanceof Uint8Array) return ['bytes', ...value];
  if (typeof value === 'object' && value !== null) {
    return ['record', ...Object.keys(value).sort().map((key) => [key, model((value as Record<string, unknown>)[key])])]; // biome-ignore format: one thought
  }
  return [typeof value, Object.is(value, -0) ? '-0' : String(value)];
}

const texts = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom('1', 'a,b', '"', '\\', 'undefined', '1n', '[', '{}'),
);
const { argument } = fc.letrec((tie) => ({
  argument: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom(undefined, null, true, false, -0, Number.NaN, 1n),
    fc.integer({ min: 0, max: 3 }).map((time) => new Date(time)),
    fc.uint8Array({ maxLength: 2 }),
    fc.array(tie('argument'), { maxLength: 3 }),
    fc.array(tie('argument'), { maxLength: 2 }).map((items) => new Set(items)),
    fc.dictionary(texts, tie('argument'), { maxKeys: 3 }),
  ),
}));
const lists = fc.array(argument, { maxLength: 3 });

test('equal exactly for what is the same', () => {
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const same = JSON.stringify(model(a)) === JSON.stringify(model(b));
      expect(encodeArguments(a, 'x') === encodeArguments(b, 'x')).toBe(same);
      expect(hashArguments(a) === hashArguments(b)).toBe(same);
    }),
    { numRuns: 3_000 },
  );
});

test('equal for a copy', () => {
  fc.assert(
    fc.property(lists, (args) => {
      expect(hashArguments(structuredClone(args))).toBe(hashArguments(args));
    }),
  );
});
