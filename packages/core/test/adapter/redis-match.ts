/**
 * The naive model: a recursive matcher that follows, case by case, what Redis documents and does for one position of
 * the pattern. Exponential; for short patterns only.
 */
export function redisMatch(pattern: string, key: string): boolean {
  return matchFrom([...pattern], [...key]);
}

function matchFrom(pattern: readonly string[], key: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return key.length === 0;
  if (key.length === 0) return pattern.every((character) => character === '*') && pattern.length > 0;
  if (head === '*') return key.some((_, i) => matchFrom(rest, key.slice(i))) || matchFrom(rest, []);
  if (head === '?') return matchFrom(rest, key.slice(1));
  if (head === '[') {
    const { isIn, length } = readClass(rest, key[0]!);
    return isIn && matchFrom(rest.slice(length), key.slice(1));
  }
  if (head === '\\' && rest.length > 0) return rest[0] === key[0] && matchFrom(rest.slice(1), key.slice(1));
  return head === key[0] && matchFrom(rest, key.slice(1));
}

function readClass(body: readonly string[], character: string): { isIn: boolean; length: number } {
  let left = [...body];
  const isNegated = left[0] === '^';
  if (isNegated) left = left.slice(1);
  let isIn = false;
  while (left.length > 0 && left[0] !== ']') {
    if (left[0] === '\\' && left.length >= 2) {
      isIn ||= left[1] === character;
      left = left.slice(2);
    } else if (left[1] === '-' && left.length >= 3) {
      const [low, high] = [left[0]!, left[2]!].map((end) => end.codePointAt(0)!).sort((a, b) => a - b);
      const code = character.codePointAt(0)!;
      isIn ||= code >= low! && code <= high!;
      left = left.slice(3);
    } else {
      isIn ||= left[0] === character;
      left = left.slice(1);
    }
  }
  return { isIn: isIn !== isNegated, length: body.length - left.length + (left[0] === ']' ? 1 : 0) };
}
