import assert from 'node:assert';
import { taggedJson } from '@uno-cache/core/adapter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json } from '../src/index.ts';

class Point {
  x = 1;
}
const cyclic: Record<string, unknown> = { list: [] };
(cyclic.list as unknown[]).push(cyclic);
let deep: unknown = 1;
for (let i = 0; i < 1001; i++) deep = { deep };

it('writes what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const serializer of [json(), json({ strict: false })]) {
        const bytes = serializer.encode(value, 'k');
        expect(new TextDecoder().decode(bytes)).toBe(JSON.stringify(value));
        assert.deepStrictEqual(serializer.decode(bytes, 'k'), JSON.parse(JSON.stringify(value)));
      }
    }),
  );
});

it('is not the default serializer, whose text it would misread', () => {
  expect(json().id).not.toBe(taggedJson.id);
  expect(json({ strict: true }).id).toBe(json().id);
  expect(json().accepts).toBeUndefined();
});

it.each([
  [Number.NaN, null],
  [
    [Infinity, -Infinity, undefined],
    [null, null, null],
  ],
  [{ a: undefined, b: 1 }, { b: 1 }],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [{ at: new Date(Number.NaN) }, { at: null }],
  [new URL('http://a/b'), 'http://a/b'],
  [new Point(), { x: 1 }],
  [Buffer.from([1]), { type: 'Buffer', data: [1] }],
  [
    [new Number(1), new String('s'), new Boolean(true)],
    [1, 's', true],
  ],
  [{ toJSON: (key: string) => `key "${key}"` }, 'key ""'],
  [
    new (class extends Point {
      toJSON() {
        return this;
      }
    })(),
    { x: 1 },
  ],
])('keeps in another form, unless it is strict: %#', (value, form) => {
  const serializer = json();
  assert.deepStrictEqual(serializer.decode(serializer.encode(value, 'k'), 'k'), form);
  expect(() => json({ strict: true }).encode(value, 'k')).toThrow('JSON does not keep');
});

it('is strict about every value that would come back as another', () => {
  const serializer = json({ strict: true });
  const values = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  });
  fc.assert(
    fc.property(values, (value) => {
      let bytes: Uint8Array;
      try {
        bytes = serializer.encode(value, 'k');
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return;
      }
      assert.deepStrictEqual(serializer.decode(bytes, 'k'), value);
    }),
    { numRuns: 2000 },
  );
});

describe('refuses what JSON would lose, naming the place', () => {
  it.each<[string, unknown, string]>([
    ['undefined', undefined, '$ is undefined'],
    ['a function', { user: { save: () => {} } }, '$.user.save is a function'],
    ['a symbol', [Symbol('s')], '$[0] is a symbol'],
    ['a bigint', { total: 5n }, '$.total is a bigint'],
    ['a Map', { users: [new Map()] }, '$.users[0] is an instance of Map'],
    ['a Set', new Set([1]), '$ is an instance of Set'],
    ['a RegExp', /x/, '$ is an instance of RegExp'],
    ['bytes', { bytes: new Uint8Array(1) }, '$.bytes is an instance of Uint8Array'],
    ['an ArrayBuffer', new ArrayBuffer(1), '$ is an instance of ArrayBuffer'],
    ['an error', { error: new Error('gone') }, '$.error is an instance of Error'],
    ['a promise', [Promise.resolve(1)], '$[0] is an instance of Promise'],
    ['a boxed bigint', Object(5n), '$ is a bigint'],
    ['a toJSON that gives nothing', { a: { toJSON: () => undefined } }, '$.a is left out'],
    ['a toJSON that gives a Map', { a: { toJSON: () => new Map() } }, '$.a is an instance of Map'],
    ['a cycle', { a: cyclic }, '$.a.list[0] leads back to $.a: a cycle'],
    ['what is too deep', deep, 'nested deeper than 1000'],
  ])('%s', (_, value, message) => {
    expect(() => json().encode(value, 'k')).toThrow(message);
    expect(() => json({ strict: true }).encode(value, 'k')).toThrow(Error);
  });
});

it.each<[unknown, string]>([
  [{ stict: true }, 'did you mean "strict"?'],
  [{ strict: 1 }, 'json(): strict must be true or false; got 1'],
  [null, 'json(): options must be an object'],
  ['strict', 'json(): options must be an object'],
])('refuses wrong options: %j', (options, message) => {
  // The types forbid them; JavaScript does not.
  const create = () => json(options as Parameters<typeof json>[0]);
  expect(create).toThrow(TypeError);
  expect(create).toThrow(message);
});
