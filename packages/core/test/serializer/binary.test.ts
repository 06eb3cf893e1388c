import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { fromBase64, swapped, toBase64 } from '../../src/serializer/binary.ts';

it('turns the bytes of each element around, into a copy', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(swapped(bytes, 1)).toEqual(bytes);
  expect(swapped(bytes, 2)).toEqual(Uint8Array.of(2, 1, 4, 3, 6, 5, 8, 7));
  expect(swapped(bytes, 8)).toEqual(Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1));
  expect(swapped(swapped(bytes, 4), 4)).toEqual(bytes);
});

it('does without a Buffer', async () => {
  vi.resetModules();
  vi.stubGlobal('Buffer', undefined);
  const { taggedJson } = await import('../../src/serializer/tagged-json.ts');
  const portable = await import('../../src/serializer/binary.ts');
  const bytes = new Uint8Array(100_000).map((_, i) => i * 7);
  const text = taggedJson.encode({ bytes }, 'k');
  const read = taggedJson.decode(new TextEncoder().encode(' {"$Buffer":"aGk="}'), 'k');
  const value = taggedJson.decode(text, 'k');
  vi.unstubAllGlobals();
  expect(value).toStrictEqual({ bytes });
  expect(read).toStrictEqual(new TextEncoder().encode('hi'));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(portable.toBase64(bytes)).toBe(toBase64(bytes));
      expect(portable.fromBase64(toBase64(bytes))).toStrictEqual(fromBase64(toBase64(bytes)));
    }),
  );
});
