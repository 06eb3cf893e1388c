import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { taggedJson } from '../../src/index.ts';
import { checkKeepable } from '../../src/serializer/keepable.ts';
import { oddValues } from '../../src/testing/index.ts';

/** Why something throws. */
function reason(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('what is kept by reference', () => {
  const cycle: { list: unknown[] } = { list: [1] };
  cycle.list.push(new Map([['back', cycle]]));
  let deep: unknown = 1;
  for (let i = 0; i < 1001; i++) deep = [deep];
  const shared = { n: 1 };
  class Point {
    x = 1;
    norm(): number {
      return this.x;
    }
  }

  it.each<[string, unknown]>([
    ['a function', { user: { roles: ['a', () => {}] } }],
    ['a method of its own', { save() {} }],
    ['a symbol', [Symbol('s')]],
    ['a boxed symbol', Object(Symbol('s'))],
    ['a promise', { user: Promise.resolve() }],
    ['a WeakMap', new WeakMap()],
    ['a function in a Map', { m: new Map([['k', () => {}]]) }],
    ['a function in a Set', new Set([1, () => {}])],
    ['a function of an Error', Object.assign(new Error('e'), { retry() {} })],
    ['a cycle', { a: cycle }],
    ['what is too deep', deep],
  ])('is refused as the default serializer refuses it: %s', (_, value) => {
    const why = reason(() => taggedJson.encode(value, 'k'));
    assert.notEqual(why, undefined);
    expect(reason(() => checkKeepable(value))).toBe(why);
  });

  it.each<[string, unknown]>([
    ...oddValues.map(({ name, make }): [string, unknown] => [name, make()]),
    ['an instance of a class', new Point()],
    ['what stands in two places', [shared, { shared }]],
    ['what has no prototype', Object.assign(Object.create(null), { a: 1 })],
    ['an Error', new Error('e', { cause: shared })],
  ])('is taken: %s', (_, value) => {
    checkKeepable(value);
    taggedJson.encode(value, 'k');
  });

  it('is not asked for its JSON', () => {
    checkKeepable({ at: { toJSON: () => assert.fail('called'), secret() {} } });
  });
});
