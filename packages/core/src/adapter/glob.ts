import type { GlobPart } from './glob-parts.ts';
import { parseGlob } from './glob-parts.ts';
import { mismatch } from './option-checks.ts';
import { isWellFormed } from './well-formed.ts';

/**
 * A function that tells whether a key matches a Redis glob: `*` any run, `?` one character, `[abc]` `[a-z]` `[^x]` one
 * of a class, `\` takes the next character as it is.
 *
 * A character is a Unicode code point, where Redis takes a byte: `?` matches one emoji. Odd patterns mean what they
 * mean to Redis: an unclosed class ends with the pattern, `[z-a]` is `[a-z]`, `[]` matches nothing, `[^]` anything, a
 * `\` at the end is itself.
 *
 * The time is bounded by the product of the lengths, and for the usual patterns by the length of the key: a star never
 * has to be tried again once what follows it has been found (fixed-length parts are matched leftmost, in order).
 *
 * @throws TypeError when the pattern is not a well-formed string.
 */
export function compileGlob(pattern: string): (key: string) => boolean {
  checkPattern(pattern);
  const parts = parseGlob(pattern);
  if (parts.length === 1) return exactly(parts[0]!);
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 2) return between(first, last);
  return inOrder(first, parts.slice(1, -1), last);
}

/** Escapes `* ? [ ] \`, so that a value put into a pattern stands for itself. */
export function escapeGlob(value: string): string {
  return value.replace(/[*?[\]\\]/g, '\\$&');
}

/** The text that every matching key begins with: what stands before the first wildcard, without the escapes. */
export function literalPrefix(pattern: string): string {
  return pattern.slice(0, firstWildcard(pattern)).replace(/\\(.)/gsu, '$1');
}

/** Whether the pattern matches one key only, its `literalPrefix`. */
export function isLiteral(pattern: string): boolean {
  return firstWildcard(pattern) === pattern.length;
}

function checkPattern(pattern: unknown): void {
  if (typeof pattern !== 'string') throw new TypeError(mismatch('pattern', 'a string', pattern));
  if (!isWellFormed(pattern))
    throw new TypeError(mismatch('pattern', 'well-formed, without a lone surrogate', pattern));
}

function firstWildcard(pattern: string): number {
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '*' || character === '?' || character === '[') return i;
  }
  return pattern.length;
}

function exactly(part: GlobPart): (key: string) => boolean {
  const { text } = part;
  if (text !== undefined) return (key) => key === text;
  return (key) => part.endAt(key, 0) === key.length;
}

/** `a*b`, of which `a*`, `*b` and `*` are cases. */
function between(first: GlobPart, last: GlobPart): (key: string) => boolean {
  const head = first.text;
  const tail = last.text;
  if (head === '' && tail === '') return () => true;
  if (head !== undefined && tail === '') return (key) => key.startsWith(head);
  if (head === '' && tail !== undefined) return (key) => key.endsWith(tail);
  return inOrder(first, [], last);
}

function inOrder(first: GlobPart, middle: readonly GlobPart[], last: GlobPart): (key: string) => boolean {
  return (key) => {
    let position = first.endAt(key, 0);
    for (const part of middle) {
      if (position < 0) return false;
      position = part.endAfter(key, position);
    }
    return position >= 0 && last.startAtEnd(key) >= position;
  };
}
