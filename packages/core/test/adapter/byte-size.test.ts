import { expect, it } from 'vitest';
import { byteSize } from '../../src/adapter/index.ts';

it.each([
  [1, 1],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [Infinity, Infinity],
  ['1b', 1],
  ['64kb', 65_536],
  ['1.5kb', 1536],
  ['100mb', 104_857_600],
  ['2gb', 2_147_483_648],
  ['0.0001mb', 104],
])('reads %j as %d bytes', (value, bytes) => {
  expect(byteSize(value, 'maxBytes')).toBe(bytes);
});

it.each([
  ['0', 0],
  ['1.5', 1.5],
  ['-1', -1],
  ['NaN', Number.NaN],
  ['9007199254740992', 2 ** 53],
  ['"0.1b"', '0.1b'],
  ['"0mb"', '0mb'],
  ['"64"', '64'],
  ['"64 kb"', '64 kb'],
  ['"64KB"', '64KB'],
  ['"-64kb"', '-64kb'],
  ['"1e3kb"', '1e3kb'],
  ['"99999999999999999999gb"', `${'9'.repeat(20)}gb`],
  ['64n', 64n],
  ['undefined', undefined],
  ['{ mb }', { mb: 1 }],
])('refuses %s: names the option and what came', (shown, value) => {
  const attempt = () => byteSize(value, 'maxBytes');
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow('maxBytes must be');
  expect(attempt).toThrow(`got ${shown}`);
  expect(attempt).toThrow('b, kb, mb, gb');
});
