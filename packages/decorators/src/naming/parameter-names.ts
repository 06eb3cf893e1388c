const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/y;
const LEADING = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)+/;

/**
 * The names of a function's parameters, read from its source; `undefined` for one that is taken apart or collects the
 * rest. Empty for what shows no source. A minifier changes names, so only a template that asks for one depends on them.
 */
export function parameterNames(fn: (...args: never) => unknown): readonly (string | undefined)[] {
  const source = Function.prototype.toString.call(fn);
  const bare = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(source);
  if (bare !== null) return [bare[1]];
  const list = parameterList(source);
  return list.map((text) => IDENTIFIER.exec(text.replace(LEADING, ''))?.[0]);
}

/** What stands between the commas of the first parentheses that are in no brackets (a computed name's). */
function parameterList(source: string): readonly string[] {
  let at = 0;
  while (at < source.length && source[at] !== '(') at = skip(source, at);
  const parts: string[] = [];
  let begin = at + 1;
  for (at = begin; at < source.length; at = skip(source, at)) {
    if (source[at] !== ',' && source[at] !== ')') continue;
    parts.push(source.slice(begin, at));
    begin = at + 1;
    if (source[at] === ')') break;
  }
  return parts.length === 1 && parts[0]!.trim() === '' ? [] : parts;
}

/** The position behind the character, the comment, the string or the bracketed part that begins here. */
function skip(source: string, at: number): number {
  const character = source[at]!;
  if (character === '"' || character === "'" || character === '`') return skipString(source, at, character);
  COMMENT.lastIndex = at;
  if (character === '/' && COMMENT.test(source)) return COMMENT.lastIndex;
  const closer = CLOSERS[character];
  if (closer === undefined) return at + 1;
  let next = at + 1;
  while (next < source.length && source[next] !== closer) next = skip(source, next);
  return next + 1;
}

function skipString(source: string, at: number, quote: string): number {
  let next = at + 1;
  while (next < source.length && source[next] !== quote) next += source[next] === '\\' ? 2 : 1;
  return next + 1;
}
