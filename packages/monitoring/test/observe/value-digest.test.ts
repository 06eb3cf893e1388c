import { expect, test } from 'vitest';
import { digestOf } from '../../src/observe/value-digest.ts';

const values: readonly unknown[] = [
  undefined,
  null,
  0,
  -0,
  '',
  '0',
  false,
  1n,
  [],
  {},
  [1, 2],
  [[1], 2],
  { a: 1, b: 2 },
  { a: { b: 2 } },
  { a: {}, b: 2 },
  new Date(1),
  new Map([['a', 1]]),
  new Set(['a']),
  new Uint8Array([1, 2]),
  new Uint8Array([2, 1]),
];

test('different values have different digests, equal ones the same', () => {
  expect(new Set(values.map(digestOf)).size).toBe(values.length);
  expect(values.map((value) => digestOf(structuredClone(value)))).toEqual(values.map(digestOf));
});

test('what takes long to look at has none', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const huge = ['x'.repeat(20_000), Array.from({ length: 600 }, () => 1), new Uint8Array(20_000), circle];
  expect(huge.map(digestOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test('nothing that a value brings along is run, and what cannot be read without that has none', () => {
  let runs = 0;
  const run = (): never => {
    runs++;
    throw new Error('run');
  };
  const getter = {
    id: 1,
    get orders() {
      return run();
    },
  };
  const proxy = new Proxy({}, { ownKeys: run, get: run, getOwnPropertyDescriptor: run });
  expect([getter, { getter }, [proxy], new Map([['a', getter]])].map(digestOf)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
  const own = { [Symbol.iterator]: run, toJSON: run, toString: run, valueOf: run, constructor: run };
  const plain = [Object.assign([1], own), Object.assign(new Map([[1, 2]]), own), Object.assign(new Date(1), own)];
  expect(plain.map(digestOf)).toEqual([[1], new Map([[1, 2]]), new Date(1)].map(digestOf));
  expect(runs).toBe(0);
});
