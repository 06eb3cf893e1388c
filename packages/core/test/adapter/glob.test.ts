import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, escapeGlob, isLiteral, literalPrefix } from '../../src/adapter/index.ts';
import { redisMatch } from './redis-match.ts';

/** Pattern, keys that match, keys that do not: what Redis answers, code points taken for bytes. */
const table: [pattern: string, matching: string[], others: string[]][] = [
  ['', [''], ['a']],
  ['a', ['a'], ['', 'A', 'aa', 'b']],
  ['*', ['', 'a', 'a:b\n', '🛒'], []],
  ['**', ['', 'a'], []],
  ['user:*', ['user:', 'user:1', 'user:1:posts'], ['user', 'users:1', 'xuser:1']],
  ['*:posts', [':posts', 'user:1:posts'], ['posts', 'user:posts:1']],
  ['user:*:posts', ['user::posts', 'user:1:2:posts', 'user::posts:posts'], ['user:posts', 'user:1:post']],
  ['a*a', ['aa', 'aba', 'aaa'], ['a', 'ab', 'ba']],
  ['*b*', ['b', 'abc', 'bb'], ['', 'ac']],
  ['a**b***c', ['abc', 'axbxc'], ['ab', 'acb']],
  ['?', ['a', '*', '🛒', '\n'], ['', 'ab']],
  ['a?c', ['abc', 'a?c', 'a🛒c'], ['ac', 'abbc']],
  ['*?', ['a', 'ab', '🛒'], ['']],
  ['?*?', ['ab', 'abc', '🛒🛒'], ['', 'a', '🛒']],
  ['[abc]', ['a', 'b', 'c'], ['', 'd', 'ab', '[abc]']],
  ['[a-c]x', ['ax', 'cx'], ['dx', '-x']],
  ['[c-a]x', ['ax', 'bx', 'cx'], ['dx']],
  ['[^a]', ['b', '^', '🛒'], ['a', '']],
  ['[^a-c]', ['d'], ['a', 'b', 'c']],
  ['[a^]', ['a', '^'], ['b']],
  ['[!a]', ['!', 'a'], ['b']],
  ['[]', [], ['', ']', '[]', 'a']],
  ['[]a]', [], [']', 'a', 'a]']],
  ['[^]', ['a', ']', '🛒'], ['', 'ab']],
  ['[^]a]', ['xa]', ']a]'], ['a', 'x']],
  ['[', [], ['', '[', 'a']],
  ['[^', ['a', '[', '^'], ['', 'ab']],
  ['[abc', ['a', 'c'], ['[abc', '', 'd']],
  ['[a-c', ['a', 'b', 'c'], ['-', 'd']],
  ['[a-', ['a', '-'], ['b', '']],
  ['[a-]', ['a', ']', '^', '_', '`'], ['-', 'b']],
  ['[-a]', ['-', 'a'], ['b']],
  ['[a-c-e]', ['a', 'b', 'c', '-', 'e'], ['d']],
  ['[\\]]', [']'], ['\\', '\\]']],
  ['[\\^a]', ['^', 'a'], ['b', '\\']],
  ['[\\a-c]', ['a', '-', 'c'], ['b', '\\']],
  ['[a-\\]]', ['a]', '^]', '\\]', ']]', '_]'], ['a', ']', 'b]']],
  ['[\\', ['\\'], ['', '[']],
  ['[a\\', ['a', '\\'], ['']],
  ['[*]', ['*'], ['', 'a']],
  ['[?]', ['?'], ['a']],
  ['[🛒-🛕]', ['🛒', '🛓', '🛕'], ['🛑', 'a']],
  ['[é]', ['é'], ['e', 'Ã']],
  ['\\*', ['*'], ['', 'a', '\\*']],
  ['\\?', ['?'], ['a']],
  ['\\[a]', ['[a]'], ['a']],
  ['\\\\', ['\\'], ['\\\\']],
  ['\\a', ['a'], ['\\a']],
  ['\\', ['\\'], ['']],
  ['a\\', ['a\\'], ['a']],
  ['a\\*\\', ['a*\\'], ['ab\\']],
  ['user:\\**', ['user:*', 'user:*1'], ['user:', 'user:1']],
  [']', [']'], ['']],
  ['a]b-c^d', ['a]b-c^d'], ['']],
  ['h[ae]llo*[!?]', ['hallo!', 'hello there?'], ['hillo!', 'hello']],
];

describe('matches what Redis matches', () => {
  it.each(table)('%j', (pattern, matching, others) => {
    const matches = compileGlob(pattern);
    for (const key of matching) expect([key, matches(key)]).toEqual([key, true]);
    for (const key of others) expect([key, matches(key)]).toEqual([key, false]);
  });

  it.each(table.filter(([pattern]) => pattern !== '**'))('as the model does: %j', (pattern, matching, others) => {
    for (const key of [...matching, ...others]) {
      if (key === '' && pattern === '*') continue; // KEYS and SCAN do not ask the matcher about it.
      expect([key, redisMatch(pattern, key)]).toEqual([key, matching.includes(key)]);
    }
  });

  it('over random patterns and keys', () => {
    const piece = fc.constantFrom('a', 'b', 'c', '-', '^', '[', ']', '\\', '*', '?', '[a-b]', '[^', '🛒', 'é', '**');
    const pattern = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));
    const letter = fc.constantFrom('a', 'b', 'c', '-', '^', ']', '\\', '*', '🛒', 'é');
    const key = fc.array(letter, { minLength: 1, maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(pattern, key, (pattern, key) => {
        expect(compileGlob(pattern)(key)).toBe(redisMatch(pattern, key));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('takes bounded time', () => {
  const hostile: [pattern: string, key: string][] = [
    [`${'a*'.repeat(50)}b`, 'a'.repeat(10_000)],
    [`${'*a'.repeat(5000)}*b`, 'a'.repeat(10_000)],
    [`${'*?a'.repeat(3000)}b`, 'a'.repeat(10_000)],
    [`*${'a'.repeat(5000)}b*`, 'a'.repeat(10_000)],
    [`${'*'.repeat(10_000)}b`, 'a'.repeat(10_000)],
    [`*${'[ab]'.repeat(500)}c*`, 'ab'.repeat(5000)],
    [`*[${'a-z'.repeat(20_000)}]9`, 'a'.repeat(10_000)],
  ];

  it.each(hostile)('%#', (pattern, key) => {
    const start = performance.now();
    expect(compileGlob(pattern)(key)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

it('refuses what is no pattern', () => {
  for (const value of [undefined, null, 5, /a/, ['a'], Symbol('a')]) {
    // The types forbid it; JavaScript does not.
    expect(() => compileGlob(value as unknown as string)).toThrow(TypeError);
  }
  expect(() => compileGlob('\ud83d*')).toThrow('lone surrogate');
});

it('escapes what a glob would read', () => {
  expect(escapeGlob('*')).toBe('\\*');
  expect(escapeGlob('a*b?c[d]e\\f^g-h')).toBe('a\\*b\\?c\\[d\\]e\\\\f^g-h');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (value, other) => {
      const matches = compileGlob(escapeGlob(value));
      expect(matches(value)).toBe(true);
      expect(matches(other)).toBe(other === value);
      expect(isLiteral(escapeGlob(value))).toBe(true);
      expect(literalPrefix(escapeGlob(value))).toBe(value);
    }),
  );
});

it.each([
  ['', '', true],
  ['user:1', 'user:1', true],
  ['user:*', 'user:', false],
  ['user:?', 'user:', false],
  ['us[ae]r', 'us', false],
  ['*', '', false],
  ['\\*user\\', '*user\\', true],
  ['a\\*b*', 'a*b', false],
  ['a\\\\*', 'a\\', false],
  ['\\🛒*', '🛒', false],
  ['\\\n?', '\n', false],
  ['a]b', 'a]b', true],
])('%j begins with %j, literal: %s', (pattern, prefix, literal) => {
  expect(literalPrefix(pattern)).toBe(prefix);
  expect(isLiteral(pattern)).toBe(literal);
});

it('gives a prefix that every match has', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[', ']', '\\') });
  fc.assert(
    fc.property(text, text, (pattern, key) => {
      if (compileGlob(pattern)(key)) expect(key.startsWith(literalPrefix(pattern))).toBe(true);
      if (isLiteral(pattern)) expect(compileGlob(pattern)(literalPrefix(pattern))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
