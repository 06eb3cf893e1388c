import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkKey, MAX_KEY_BYTES, physicalKey, scopePrefix, versionKey } from '../../src/adapter/index.ts';
import { CacheError } from '../../src/errors.ts';

const wellFormed = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed());
const separators = fc.string({ unit: fc.constantFrom('a', 'b', ':', '!', '%', '3', 'A', ' ', '*') });
const part = fc.oneof(wellFormed, separators);
const scope = fc.record({ namespace: part, region: part });

it.each([
  '',
  '__proto__',
  'constructor',
  'a b\n\0',
  '🛒',
  'é'.repeat(5000),
  'k'.repeat(MAX_KEY_BYTES),
  '€'.repeat(21_845),
])('takes odd strings for a key: %#', (key) => {
  expect(() => checkKey(key)).not.toThrow();
});

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
  [['a'], 'an array of 1'],
  [Symbol('k'), 'Symbol(k)'],
  [new String('k'), 'an instance of String'],
  ['a\ud800', '"a\\ud800"'],
  ['\udc00\ud800', '"\\udc00\\ud800"'],
  [`${'a'.repeat(70_000)}\ud800`, '"aaa'],
])('refuses %# with a TypeError that shows it', (key, shown) => {
  expect(() => checkKey(key)).toThrow(TypeError);
  expect(() => checkKey(key)).toThrow(`got ${shown}`);
});

it.each([
  ['ASCII', 'k'.repeat(MAX_KEY_BYTES + 1)],
  ['two bytes', 'é'.repeat(MAX_KEY_BYTES / 2 + 1)],
  ['three bytes', '€'.repeat(21_846)],
  ['four bytes', '🛒'.repeat(MAX_KEY_BYTES / 4 + 1)],
])('refuses more than 64 KiB of UTF-8: %s', (_, key) => {
  let error: unknown;
  try {
    checkKey(key);
  } catch (thrown) {
    error = thrown;
  }
  expect(CacheError.is(error, 'KEY_TOO_LONG')).toBe(true);
  expect((error as Error).message.length).toBeLessThan(300);
});

it('decides by the bytes of UTF-8', () => {
  fc.assert(
    fc.property(fc.constantFrom('k', 'é', '€', '🛒'), fc.integer({ min: -2, max: 2 }), (character, off) => {
      const bytes = Buffer.byteLength(character);
      const key = character.repeat(Math.floor(MAX_KEY_BYTES / bytes) + off);
      const isTaken = Buffer.byteLength(key) <= MAX_KEY_BYTES;
      if (isTaken) expect(() => checkKey(key)).not.toThrow();
      else expect(() => checkKey(key)).toThrow(CacheError);
    }),
  );
});

it('writes plain names as they are and escapes what separates', () => {
  expect(physicalKey({ namespace: 'shop', region: '' }, 'user:1')).toBe('shop::user:1');
  expect(physicalKey({ namespace: 'shop', region: 'profiles' }, 'user:1')).toBe('shop:profiles:user:1');
  expect(versionKey({ namespace: 'shop', region: 'profiles' }, 'user-1')).toBe('shop!profiles:user-1');
  expect(scopePrefix({ namespace: 'a:b%', region: 'c!d*?[e]\\ \n\u00a0\u2028' })).toBe(
    'a%3Ab%25:c%21d%2A%3F%5Be%5D%5C%20%0A%C2%A0%E2%80%A8:',
  );
  expect(scopePrefix({ namespace: 'größe', region: '商店' })).toBe('größe:商店:');
});

it('gives no two scopes or keys the same physical key', () => {
  expect(physicalKey({ namespace: 'n', region: 'a' }, 'b')).not.toBe(
    physicalKey({ namespace: 'n', region: '' }, 'a:b'),
  );
  fc.assert(
    fc.property(scope, part, scope, part, (one, key, other, otherKey) => {
      const isSame = one.namespace === other.namespace && one.region === other.region && key === otherKey;
      expect(physicalKey(one, key) === physicalKey(other, otherKey)).toBe(isSame);
      expect(versionKey(one, key) === versionKey(other, otherKey)).toBe(isSame);
      expect(physicalKey(one, key)).not.toBe(versionKey(other, otherKey));
    }),
    { numRuns: 5000 },
  );
});

it('begins no scope like another', () => {
  fc.assert(
    fc.property(scope, scope, part, (one, other, key) => {
      const isSame = one.namespace === other.namespace && one.region === other.region;
      expect(physicalKey(one, key).startsWith(scopePrefix(other))).toBe(isSame);
      expect(versionKey(one, key).startsWith(scopePrefix(other))).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

it('leaves nothing in a prefix that a glob or a protocol would read', () => {
  fc.assert(fc.property(scope, (scope) => void expect(scopePrefix(scope)).not.toMatch(/[\s\p{Cc}*?[\]\\]/u)));
});
