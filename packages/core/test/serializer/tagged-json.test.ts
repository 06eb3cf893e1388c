import assert from 'node:assert';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taggedJson } from '../../src/adapter/index.ts';

const decoder = new TextDecoder();

function textOf(value: unknown): string {
  return decoder.decode(taggedJson.encode(value, 'k'));
}

function parsed(text: string): unknown {
  return taggedJson.decode(new TextEncoder().encode(text), 'k');
}

function roundTrip(value: unknown): unknown {
  return taggedJson.decode(taggedJson.encode(value, 'k'), 'k');
}

describe('plain data is plain JSON', () => {
  it.each([
    [null],
    [true],
    [''],
    ['\ud800 lone'],
    [' a space in front'],
    [5e-324],
    [[]],
    [{}],
    [[1, [2, { a: 'b' }]]],
    [{ constructor: 1, toString: 'x', hasOwnProperty: null, toJSON: 1 }],
    [{ $date: 1, other: 2 }],
    [JSON.parse('{"__proto__":{"polluted":1}}')],
  ])('%j', (value) => {
    expect(textOf(value)).toBe(JSON.stringify(value));
    assert.deepStrictEqual(roundTrip(value), value);
  });

  it('whatever JSON gives', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        fc.pre(!json.includes('-0') && !json.includes('"$'));
        const value: unknown = JSON.parse(json);
        expect(textOf(value)).toBe(JSON.stringify(value));
      }),
    );
  });
});

/** Value and text: the format, which does not change under this id. */
const format: [text: string, value: unknown][] = [
  [' {"$number":"NaN"}', Number.NaN],
  [' {"$number":"-0"}', -0],
  [' [{"$number":"Infinity"},{"$number":"-Infinity"}]', [Infinity, -Infinity]],
  [' {"$bigint":"-1208925819614629174706176"}', -(2n ** 80n)],
  [' {"a":{"$undefined":true},"b":[{"$undefined":true},null]}', { a: undefined, b: [undefined, null] }],
  [' {"$date":1700000000000}', new Date(1_700_000_000_000)],
  [' {"$date":-1}', new Date(-1)],
  [' {"$regexp":["a\\\\/b\\\\d","giu"]}', /a\/b\d/giu],
  [
    ' {"$map":[["k",{"$date":0}],[{"$number":"NaN"},1]]}',
    new Map<unknown, unknown>([
      ['k', new Date(0)],
      [Number.NaN, 1],
    ]),
  ],
  [' {"$set":[1,"1",null,{"$set":[]}]}', new Set([1, '1', null, new Set()])],
  [' {"$Uint8Array":"AH//"}', new Uint8Array([0, 127, 255])],
  [' {"$Uint8Array":""}', new Uint8Array()],
  [' {"$Uint16Array":"AgEEAw=="}', new Uint16Array([0x0102, 0x0304])],
  [' {"$Float64Array":"AAAAAAAA8D8AAAAAAAAAgA=="}', new Float64Array([1, -0])],
  [' {"$BigInt64Array":"//////////8="}', new BigInt64Array([-1n])],
  [' {"$ArrayBuffer":"AQI="}', new Uint8Array([1, 2]).buffer],
  [' {"$DataView":"AQI="}', new DataView(new Uint8Array([1, 2]).buffer)],
  [' {"$Buffer":"aGk="}', Buffer.from('hi')],
  [' {"$$date":1}', { $date: 1 }],
  [' {"$$$date":1}', { $$date: 1 }],
  [' {"$$":1}', { $: 1 }],
  [' {"$$map":{"$date":0}}', { $map: new Date(0) }],
  // biome-ignore lint/suspicious/noSparseArray: that is what it is about
  [' {"$sparse":[4,{"1":"a","2":{"$undefined":true}}]}', [, 'a', undefined, ,]],
  [' {"$sparse":[3,{}]}', new Array(3)],
];

describe('what JSON cannot hold has a tag', () => {
  it.each(format)('%s', (text, value) => {
    expect(textOf(value)).toBe(text);
    assert.deepStrictEqual(parsed(text), value);
    assert.deepStrictEqual(roundTrip([value, { value }]), [value, { value }]);
  });

  it.each([
    'Int8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Int32Array',
    'Uint32Array',
    'Float16Array',
    'Float32Array',
    'BigUint64Array',
  ])('%s', (name) => {
    const View = Object(globalThis)[name] as
      | { from(items: unknown[]): ArrayBufferView; of(): ArrayBufferView }
      | undefined;
    if (View === undefined) return; // Float16Array is younger than the oldest Node.
    const item = name.startsWith('Big') ? 5n : 5;
    assert.deepStrictEqual(roundTrip(View.from([item, item])), View.from([item, item]));
    assert.deepStrictEqual(roundTrip(View.of()), View.of());
  });

  it('only the part of a buffer that a view shows', () => {
    const page = new Uint8Array([9, 1, 0, 2, 0, 9, 9, 9]).buffer;
    assert.deepStrictEqual(roundTrip(new Uint8Array(page, 1, 2)), new Uint8Array([1, 0]));
    assert.deepStrictEqual(roundTrip(new DataView(page, 1, 3)), new DataView(new Uint8Array([1, 0, 2]).buffer));
    expect((roundTrip(new Uint8Array(page, 1, 2)) as Uint8Array).buffer.byteLength).toBe(2);
  });

  it('an invalid Date', () => {
    // On its own: the deepStrictEqual of older Nodes takes no two of them for equal.
    const value = [new Date(Number.NaN)];
    expect(textOf(value)).toBe(' [{"$date":null}]');
    expect(roundTrip(value)).toStrictEqual(value);
  });

  it('where a search goes on in a RegExp', () => {
    const expression = /a/g;
    expression.lastIndex = 3;
    assert.deepStrictEqual(roundTrip(expression), expression);
  });

  it('in any mixture', () => {
    const odd = fc.anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withUnicodeString: true,
      withNullPrototype: false,
      maxDepth: 4,
      key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '$date', '$$x', '$', 'toJSON', 'length')),
      values: [
        fc.constantFrom(undefined, null, -0, Number.NaN, Infinity, -Infinity, /x/g, Buffer.from('b')),
        fc.date({ noInvalidDate: true }),
        fc.double(),
        fc.bigInt(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\ud800', '\udc00x', ' ', '$', '{"$date":0}'),
      ],
    });
    fc.assert(
      fc.property(odd, (value) => {
        fc.pre(value !== undefined);
        assert.deepStrictEqual(roundTrip(value), value);
      }),
      { numRuns: 3000 },
    );
  });
});

it('leaves the value that it is given, and keeps nothing of the bytes', () => {
  const value = Object.freeze({
    at: new Date(0),
    list: Object.freeze([1n, Object.freeze({ map: new Map([[1, NaN]]) })]),
  });
  const copy = structuredClone(value);
  const bytes = taggedJson.encode({ value, buffer: Buffer.from([1, 2, 3]) }, 'k');
  assert.deepStrictEqual(value, copy);
  const decoded = taggedJson.decode(bytes, 'k');
  bytes.fill(0);
  assert.deepStrictEqual(decoded, { value: copy, buffer: Buffer.from([1, 2, 3]) });
});

it('writes each part once more where it is shared', () => {
  const shared = { at: new Date(0) };
  assert.deepStrictEqual(roundTrip([shared, shared, { shared }]), [shared, shared, { shared }]);
});

describe('what has a class', () => {
  class Money {
    static readonly unit = 'cent';
    readonly amount: number;
    #secret = 1;

    constructor(amount: number) {
      this.amount = amount;
    }

    get double(): number {
      return this.amount * 2 * this.#secret;
    }
  }

  it.each<[string, unknown, unknown]>([
    ['an instance, by its own properties', new Money(5), { amount: 5 }],
    ['an instance within others', [{ m: new Map([['m', new Money(5)]]) }], [{ m: new Map([['m', { amount: 5 }]]) }]],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [
      'its inherited properties left out',
      Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }),
      { own: 2 },
    ],
    [
      'hidden and symbol properties left out',
      Object.defineProperty({ [Symbol('s')]: 1, a: 1 }, 'h', { value: 2 }),
      { a: 1 },
    ],
    [
      'an error',
      Object.assign(new RangeError('far'), { code: 'E' }),
      { name: 'RangeError', message: 'far', code: 'E' },
    ],
    ['a URL, by its toJSON', new URL('http://a/b'), 'http://a/b'],
    ['what toJSON gives, with tags', { toJSON: () => ({ at: new Date(0) }) }, { at: new Date(0) }],
    ['what the toJSON of what toJSON gives gives', { toJSON: () => ({ toJSON: () => 1n }) }, 1n],
    [
      'toJSON with its name',
      { a: { toJSON: (key: string) => key }, b: [{ toJSON: (key: string) => key }] },
      { a: 'a', b: ['0'] },
    ],
    [
      'toJSON that gives the object itself',
      new (class {
        a = 1;
        toJSON() {
          return this;
        }
      })(),
      { a: 1 },
    ],
    [
      'the same, with something to tag',
      new (class {
        a = 1n;
        toJSON() {
          return this;
        }
      })(),
      { a: 1n },
    ],
    ['boxed primitives', [new Number(-0), new String('s'), new Boolean(false), Object(1n)], [-0, 's', false, 1n]],
    ['a subclass of Map', new (class extends Map<number, number> {})([[1, 2]]), new Map([[1, 2]])],
    ['a subclass of Array', new (class extends Array<number> {})(1, 2, 3), [1, 2, 3]],
    ['properties of an array left out', Object.assign([1, 2], { extra: 3 }), [1, 2]],
    // biome-ignore lint/suspicious/noSparseArray: that is what it is about
    ['properties of a sparse array left out', Object.assign([, 2], { extra: 3 }), [, 2]],
    ['something that only calls itself a Map', { [Symbol.toStringTag]: 'Map', a: 1 }, { a: 1 }],
    [
      'a class that calls itself a Date',
      new (class {
        a = 1;
        get [Symbol.toStringTag]() {
          return 'Date';
        }
      })(),
      { a: 1 },
    ],
    [
      'another realm’s',
      vm.runInNewContext('({ a: [1, new Date(5), new Map([[1, 2]]), new Set([1]), /x/g, new Uint8Array(2)] })'),
      {
        a: [1, new Date(5), new Map([[1, 2]]), new Set([1]), /x/g, new Uint8Array(2)],
      },
    ],
  ])('%s', (_, value, expected) => {
    assert.deepStrictEqual(roundTrip(value), expected);
  });
});

describe('is refused, naming the place', () => {
  const cyclic: Record<string, unknown> = { list: [1] };
  (cyclic.list as unknown[]).push({ back: cyclic });
  const self: unknown[] = [];
  self.push(self);
  const looping = new Map<string, unknown>();
  looping.set('me', { looping });
  const tail: Record<string, unknown> = { side: {} };
  tail.again = tail;
  let deep: unknown = 1;
  for (let i = 0; i < 1001; i++) deep = [deep];

  it.each<[string, unknown, string]>([
    ['undefined', undefined, '$ is undefined'],
    ['a function', () => {}, '$ is a function'],
    ['a function within', { user: { roles: ['a', 'b', () => {}] } }, '$.user.roles[2] is a function'],
    ['a method', { save() {} }, '$.save is a function'],
    ['a symbol', { 'odd name': [Symbol('s')] }, '$["odd name"][0] is a symbol'],
    ['a boxed symbol', Object(Symbol('s')), '$ is a symbol'],
    ['a promise', { user: Promise.resolve() }, '$.user is an instance of Promise'],
    ['a WeakMap', new WeakMap(), '$ is an instance of WeakMap'],
    ['a WeakRef', [new WeakRef({})], '$[0] is an instance of WeakRef'],
    ['shared memory', new SharedArrayBuffer(1), '$ is an instance of SharedArrayBuffer'],
    ['a function in a Map', { m: new Map([['k', () => {}]]) }, '$.m[0][1] is a function'],
    ['a function in a Set', new Set([1, () => {}]), '$[1] is a function'],
    // biome-ignore lint/suspicious/noSparseArray: that is what it is about
    ['a function in a sparse array', [, , () => {}], '$["2"] is a function'],
    ['a cycle', cyclic, '$.list[1].back leads back to $: a cycle'],
    ['a cycle further down', { a: cyclic }, '$.a.list[1].back leads back to $.a: a cycle'],
    ['a cycle with a way out', tail, '$.again leads back to $: a cycle'],
    ['an array in itself', self, '$[0] leads back to $: a cycle'],
    ['a Map in itself', looping, '$[0][1].looping leads back to $: a cycle'],
    ['what is too deep', deep, 'is nested deeper than 1000'],
    ['what toJSON leaves out', { a: { toJSON: () => undefined } }, '$.a is left out by its own toJSON()'],
  ])('%s', (_, value, message) => {
    expect(() => taggedJson.encode(value, 'k')).toThrow(message);
  });

  it('what a toJSON without an end gives', () => {
    const endless = { toJSON: (): object => ({ ...endless }) };
    expect(() => taggedJson.encode(endless, 'k')).toThrow('nested deeper');
  });

  it('with a getter’s own error', () => {
    const value = {
      get boom(): never {
        throw new TypeError('boom');
      },
    };
    expect(() => taggedJson.encode(value, 'k')).toThrow(new TypeError('boom'));
  });

  it('with a short message, however long the way', () => {
    let value: unknown = () => {};
    for (let i = 0; i < 900; i++) value = { ['name'.repeat(100)]: value };
    expect(() => taggedJson.encode(value, 'k')).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{10,400}$/) }),
    );
  });

  it('but not at the last depth that is allowed', () => {
    const levels = (bottom: unknown, count: number): unknown => (count === 0 ? bottom : [levels(bottom, count - 1)]);
    for (const value of [levels(1, 1000), levels(1n, 1000), levels(new Map([[1n, 2]]), 998)]) {
      assert.deepStrictEqual(roundTrip(value), value);
    }
  });
});

it('keeps a huge sparse array without walking its holes', () => {
  const value: unknown[] = [];
  value[2 ** 32 - 2] = 'end';
  expect(textOf(value)).toBe(' {"$sparse":[4294967295,{"4294967294":"end"}]}');
  const back = roundTrip(value) as unknown[];
  expect([back.length, Object.keys(back)]).toEqual([2 ** 32 - 1, ['4294967294']]);
});

describe('text from elsewhere', () => {
  it.each([
    ['nothing', ''],
    ['nothing but the mark', ' '],
    ['half a text', '{"a":'],
    ['no JSON', 'undefined'],
    ['a byte order mark', '\ufeff{}'],
    ['two texts', '{} {}'],
    ['a tag of the future', ' {"$unknown":1}'],
    ['a tag named like what every object has', ' {"$__proto__":{}}'],
    ['the same', ' {"$constructor":"return 1"}'],
    ['a class that is no tag', ' {"$Function":"AA=="}'],
    ['another', ' {"$Array":"AA=="}'],
    ['a number that is plain', ' {"$number":"5"}'],
    ['a number that is none', ' {"$number":{}}'],
    ['a bigint of no digits', ' {"$bigint":""}'],
    ['a bigint in hexadecimal', ' {"$bigint":"0x1"}'],
    ['a bigint that is a number', ' {"$bigint":5}'],
    ['a date as text', ' {"$date":"2020-01-01"}'],
    ['a date of two', ' {"$date":[1,2]}'],
    ['a date that is none', ' {"$date":{}}'],
    ['a broken expression', ' {"$regexp":["(",""]}'],
    ['unknown flags', ' {"$regexp":["a","zz"]}'],
    ['an expression as text', ' {"$regexp":"a"}'],
    ['a Map that is no list', ' {"$map":{}}'],
    ['a Map without pairs', ' {"$map":[1]}'],
    ['a Map of triples', ' {"$map":[[1,2,3]]}'],
    ['a Set of text', ' {"$set":"abc"}'],
    ['bytes that are no text', ' {"$Uint8Array":5}'],
    ['half a number', ' {"$Float64Array":"AAA="}'],
    ['a negative length', ' {"$sparse":[-1,{}]}'],
    ['a length that is no array’s', ' {"$sparse":[4294967296,{}]}'],
    ['an item beyond the end', ' {"$sparse":[1,{"1":1}]}'],
    ['an item that is no index', ' {"$sparse":[1,{"length":5}]}'],
    ['a sparse array without items', ' {"$sparse":[1]}'],
    ['nesting that is too deep', ` ${'['.repeat(2000)}${']'.repeat(2000)}`],
    ['Sets that are too deep', ` ${'{"$set":['.repeat(2000)}${']}'.repeat(2000)}`],
  ])('%s is refused', (_, text) => {
    expect(() => parsed(text)).toThrow(Error);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => taggedJson.decode(Uint8Array.of(0x22, 0xff, 0x22), 'k')).toThrow(TypeError);
    expect(() => taggedJson.decode(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'k')).toThrow(TypeError);
  });

  it('changes no prototype', () => {
    const payload = '{"polluted":{"$date":0}}';
    for (const text of [
      ` {"__proto__":${payload}}`,
      ` {"a":{"__proto__":${payload},"constructor":{"prototype":${payload}}}}`,
      ` {"$$__proto__":${payload}}`,
      ` {"$map":[["__proto__",${payload}]]}`,
      ` {"$sparse":[1,{"0":{"__proto__":${payload}}}]}`,
    ]) {
      const value = parsed(text) as object;
      expect([Object, Map, Array].some(({ prototype }) => Object.getPrototypeOf(value) === prototype)).toBe(true);
      expect('polluted' in {}).toBe(false);
    }
    const own = parsed(` {"__proto__":${payload}}`) as object;
    expect(Object.getOwnPropertyDescriptor(own, '__proto__')?.value).toEqual({ polluted: new Date(0) });
    expect('polluted' in own).toBe(false);
  });

  it('gives a value or an Error, whatever it is', () => {
    const tag = fc.constantFrom(
      ...format.map(([text]) => text.slice(1)),
      '{"$":1}',
      '{"$$":',
      ',',
      '[',
      ']',
      '}',
      '"$map"',
      '{"$set":[',
    );
    const noise = fc.array(fc.oneof(tag, fc.json()), { maxLength: 6 }).map((pieces) => ` ${pieces.join('')}`);
    const wrapped = fc.tuple(
      fc.constantFrom('map', 'set', 'sparse', 'date', 'regexp', 'bigint', 'number', 'Buffer', '$x'),
      fc.json(),
    );
    const text = fc.oneof(
      noise,
      wrapped.map(([name, json]) => ` {"$${name}":${json}}`),
      fc.string().map((text) => ` ${text}`),
    );
    fc.assert(
      fc.property(text, (text) => {
        try {
          parsed(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

it('gives the same when it writes again what it read', () => {
  for (const [text, value] of format) expect(textOf(parsed(text))).toBe(textOf(value));
});
