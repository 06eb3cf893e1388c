import assert from 'node:assert';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from '@uno-cache/core/adapter';
import { describe, expect, it } from 'vitest';
import { v8 } from '../src/index.ts';
import { KEY, roundTrip } from './round-trip.ts';

describe('keeps what structured clone keeps', () => {
  it('cycles, and what is referred to twice', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: [shared], bytes: [Buffer.from([1]), new Float64Array([1])] };
    value.self = value;
    const found = roundTrip(v8(), value) as { self: unknown; a: unknown; b: unknown[] };
    assert.deepStrictEqual(found, value);
    expect(found.self).toBe(found);
    expect(found.b[0]).toBe(found.a);
  });

  it.each<[string, unknown]>([
    // biome-ignore lint/suspicious/noSparseArray: a hole is what it is about
    ['holes', [1, , 2]],
    ['undefined within', { a: undefined }],
    ['two-byte text at odd places', ['a', '日本', 'ab', '日本語', { 日: '本' }]],
    ['lone surrogates', ['a\ud800b']],
    ['ArrayBuffer, DataView, RegExp', [new ArrayBuffer(3), new DataView(new ArrayBuffer(2)), /a+/giu]],
    ['boxed values', [Object(1), Object('s'), Object(2n)]],
    ['an error with its cause', new RangeError('no', { cause: new Error('why') })],
  ])('%s', (_, value) => {
    assert.deepStrictEqual(roundTrip(v8(), value), value);
  });

  it('instances of classes as plain objects', () => {
    class Point {
      x = 1;
      toJSON(): string {
        return 'unused';
      }
    }
    const methodless = new Point();
    assert.deepStrictEqual(roundTrip(v8(), methodless), { x: 1 });
  });
});

it.each([undefined, () => 1, Symbol('s'), { a: [() => 1] }, new WeakMap(), Promise.resolve(1), new Proxy({}, {})])(
  'refuses %o',
  (value) => {
    expect(() => v8().encode(value, KEY)).toThrow(Error);
  },
);

it('gives typed arrays with memory of their own, and no more of it', () => {
  const value = { text: 'x'.repeat(1_000), floats: new Float64Array(2), some: new Uint8Array(9).subarray(3, 5) };
  const found = roundTrip(v8(), [value, Buffer.from([1, 2])]) as [typeof value, Buffer];
  expect(found[0].floats.buffer.byteLength).toBe(16);
  expect(found[0].some.buffer.byteLength).toBe(2);
  expect(found[1].buffer.byteLength).toBe(2);
});

it('writes a checksum, and then what node:v8 writes', () => {
  const bytes = v8().encode({ a: ['日本', 1] }, KEY);
  expect(Buffer.from(bytes.subarray(4)).toString('hex')).toBe(serialize({ a: ['日本', 1] }).toString('hex'));
  assert.deepStrictEqual(deserialize(bytes.subarray(4)), { a: ['日本', 1] });
  expect(Buffer.from(bytes).readUInt32LE()).toBe(crc32(bytes.subarray(4)));
});

it('does not let V8 see bytes without their checksum', () => {
  expect(() => v8().decode(serialize({ a: 1 }), KEY)).toThrow('damaged, or not of v8()');
  expect(() => v8().decode(new Uint8Array(4), KEY)).toThrow('damaged, or not of v8()');
});
