import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { crc32, fnv1a, portableCrc32 } from '../../src/entry/checksum.ts';

it('knows the check values of the algorithms', () => {
  for (const crc of [crc32, portableCrc32]) {
    expect(crc('123456789')).toBe(0xcbf43926);
    expect(crc('')).toBe(0);
    expect(crc(new Uint8Array([0, 0, 0, 0]))).toBe(0x2144df1c);
  }
  expect(fnv1a('')).toBe(0x811c9dc5);
  expect(fnv1a('a')).toBe(0xe40c292c);
  expect(fnv1a('foobar')).toBe(0xbf9cf968);
});

it('takes the platform’s crc32 where there is one', () => {
  expect(crc32).toBe(zlibCrc32);
});

it('gives the same with and without the platform', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'grapheme' }), (bytes, text) => {
      expect(portableCrc32(bytes)).toBe(zlibCrc32(bytes));
      expect(portableCrc32(text)).toBe(zlibCrc32(text));
      expect(portableCrc32(text)).toBe(zlibCrc32(Buffer.from(text)));
    }),
  );
});

it.each([
  ['no process', undefined],
  ['no getBuiltinModule', {}],
  ['no zlib', { getBuiltinModule: () => undefined }],
  ['a zlib without crc32', { getBuiltinModule: () => ({}) }],
])('does with %s', async (_, platform) => {
  vi.resetModules();
  vi.stubGlobal('process', platform);
  const loaded = await import('../../src/entry/checksum.ts').finally(() => vi.unstubAllGlobals());
  expect(loaded.crc32).toBe(loaded.portableCrc32);
});
