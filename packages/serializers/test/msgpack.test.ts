import assert from 'node:assert';
import { runInNewContext } from 'node:vm';
import { taggedJson } from '@uno-cache/core/adapter';
import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { msgpack } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const read = (text: string): unknown => msgpack().decode(Buffer.from(text, 'hex'), KEY);

describe('what it keeps', () => {
  it('is what the default serializer keeps, for any value without holes', () => {
    const values = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withTypedArray: true,
      withUnicodeString: true,
      key: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('$map', '$object', '__proto__', 'constructor', 'toJSON'),
      ),
      values: [
        ...[fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }), fc.double(), fc.integer()],
        ...[fc.boolean(), fc.bigInt(), fc.constantFrom(null, undefined, -0, 2 ** 53), fc.date({ noInvalidDate: true })],
      ],
    } as Parameters<typeof fc.anything>[0]);
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(value !== undefined);
        assert.deepStrictEqual(roundTrip(msgpack(), value), roundTrip(taggedJson, value));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each<[string, unknown]>([
    ['lone surrogates', ['a\ud800b', '\udc00', { 'k\udfff': '\ud83d' }]],
    [
      'objects that look like tags',
      [{ $map: [1, 2] }, { $number: '-0' }, { $text: 'x' }, { $object: {} }, { $: 1, b: 2 }],
    ],
    ['such an object with something in it', { $map: new Map([[{ $map: -0 }, -0]]) }],
    ['-0 within a Set', new Set([{ a: -0 }, 1])],
    ['names of its own tags beside others', { $map: 1, $object: -0 }],
    ['undefined within', { a: undefined, b: [undefined, null] }],
    ['Dates of every range', [new Date(8.64e15), new Date(-8.64e15), new Date(0), new Date(2 ** 42 + 0.5)]],
    ['integers of every size', [2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 64, 1e300]],
    ['bigints of every size', [2n ** 63n, -(2n ** 63n) - 1n, 10n ** 300n, -(10n ** 300n)]],
    ['ArrayBuffer, DataView, RegExp', [new ArrayBuffer(3), new DataView(new ArrayBuffer(2)), /a+/giu]],
    ['80,000 properties', Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`k${i}`, i]))],
  ])('%s', (_, value) => {
    assert.deepStrictEqual(roundTrip(msgpack(), value), value);
  });

  it('an invalid Date', () => {
    expect((roundTrip(msgpack(), new Date(Number.NaN)) as Date).getTime()).toBeNaN();
  });

  it('tells a Buffer from a Uint8Array', () => {
    expect(Buffer.isBuffer(roundTrip(msgpack(), Buffer.from([1])))).toBe(true);
    expect(Buffer.isBuffer(roundTrip(msgpack(), new Uint8Array([1])))).toBe(false);
  });

  it.each<[string, unknown, unknown]>([
    // biome-ignore lint/suspicious/noSparseArray: a hole is what it is about
    ['holes as undefined', [1, , 2], [1, undefined, 2]],
    [
      'an instance as a plain object',
      new (class Point {
        x = -0;
      })(),
      { x: -0 },
    ],
    ['what toJSON gives', new URL('http://a/b'), 'http://a/b'],
    [
      'an Error with its name, message and properties',
      Object.assign(new TypeError('no'), { code: 5 }),
      { name: 'TypeError', message: 'no', code: 5 },
    ],
    ['boxed values', [Object(1), Object('s'), Object(2n)], [1, 's', 2n]],
  ])('in another form: %s', (_, value, form) => {
    assert.deepStrictEqual(roundTrip(msgpack(), value), form);
  });

  it('of other realms too', () => {
    const source = `({ at: new Date(5), re: /x/g, map: new Map([[1, new Set([-0])]]), bytes: new Uint8Array([1, 2]),
      buffer: new ArrayBuffer(1), view: new DataView(new ArrayBuffer(2)), list: [{ a: 1 }] })`;
    assert.deepStrictEqual(roundTrip(msgpack(), runInNewContext(source)), {
      at: new Date(5),
      re: /x/g,
      map: new Map([[1, new Set([-0])]]),
      bytes: new Uint8Array([1, 2]),
      buffer: new ArrayBuffer(1),
      view: new DataView(new ArrayBuffer(2)),
      list: [{ a: 1 }],
    });
  });
});

describe('refuses, naming the place', () => {
  const cyclic: Record<string, unknown> = { list: [] };
  (cyclic.list as unknown[]).push(cyclic);
  it.each<[unknown, string]>([
    [undefined, '$ is undefined'],
    [{ user: { save: () => {} } }, '$.user.save is a function'],
    [[Symbol('s')], '$[0] is a symbol'],
    [new Set([Promise.resolve(1)]), '$[0] is an instance of Promise'],
    [{ a: cyclic }, '$.a.list[0] leads back to $.a: a cycle'],
    [{ a: { toJSON: () => undefined } }, '$.a is left out'],
  ])('%#', (value, message) => {
    expect(() => msgpack().encode(value, KEY)).toThrow(message);
  });
});

describe('the bytes', () => {
  it('of plain data are standard MessagePack, which anyone reads', () => {
    expect(hex(msgpack().encode({ a: [1, 'x', null, true, 1.5], b: Buffer.from([9]) }, KEY))).toBe(
      '82a1619501a178c0c3cb3ff8000000000000a162c40109',
    );
    expect(hex(msgpack().encode(new Date(1000), KEY))).toBe('d6ff00000001');
  });

  it('may be of any other program', () => {
    assert.deepStrictEqual(read('81a161cd0100'), { a: 256 });
    assert.deepStrictEqual(read('d7ff0000000000000001'), new Date(1000));
  });

  it('have no structures that another message needs', () => {
    const rows = Array.from({ length: 50 }, (_, id) => ({ id, name: `n${id}` }));
    const serializer = msgpack();
    const [first, second] = [serializer.encode(rows, KEY), serializer.encode(rows, KEY)];
    expect(hex(second)).toBe(hex(first));
    assert.deepStrictEqual(new Unpackr({ useRecords: false }).unpack(second), rows);
  });

  it('are read alike after records of another writer, which leave nothing behind', () => {
    const records = new Packr({ useRecords: true }).pack([{ a: 1 }, { a: 2 }]);
    const serializer = msgpack();
    assert.deepStrictEqual(serializer.decode(records, KEY), [{ a: 1 }, { a: 2 }]);
    assert.deepStrictEqual(serializer.decode(Buffer.from('9140', 'hex'), KEY), [64]);
  });

  it.each([
    ['an array of 2^32 - 1 items', 'ddffffffff'],
    ['an array of 2^25 items', 'dd02000000'],
    ['a map of 2^32 - 1 entries', 'dfffffffff'],
    ['arrays of many items, each within the other', 'dc0fff'.repeat(5_000)],
    ['a text of 4 GB', 'dbffffffff61'],
    ['bytes of 4 GB', 'c6ffffffff61'],
    ['an extension of 4 GB', 'c9ffffffff7461'],
    ['a pointer of a cycle', '91d67000000001'],
    ['an object that is to be pointed at', 'd6690000000191d67000000001'],
    ['an extension that nobody knows', 'd42200'],
    ['an unknown tag', 'c181a42466786e01'],
    ['a Map of an odd number', 'c181a4246d61709101'],
    ['an object whose names are numbers', 'c181a7246f626a656374920101'],
    ['a tag without an end', 'c1'],
    ['depth', `c1${'91'.repeat(3_000)}01`],
  ])('that lie are refused: %s', (_, text) => {
    const before = process.memoryUsage().rss;
    expect(() => read(text)).toThrow(Error);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('cannot change a prototype', () => {
    const value = read('82a95f5f70726f746f5f5f81a8706f6c6c7574656401a16101') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
