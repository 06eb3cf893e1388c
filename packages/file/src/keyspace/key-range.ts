/** The texts that begin with a prefix, as bounds for SQLite's order (that of UTF-8, which is that of code points). */
export interface KeyRange {
  readonly from: string;
  /** The first text after all of them. */
  readonly to: string;
}

const LAST_CODE_POINT = 0x10ffff;
const BEFORE_SURROGATES = 0xd7ff;
const AFTER_SURROGATES = 0xe000;

/** @param prefix - not empty, and not only the last code point there is: those of keyspaces end with a colon. */
export function rangeOf(prefix: string): KeyRange {
  const codes = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (codes.at(-1) === LAST_CODE_POINT) codes.pop();
  const last = codes.pop()!;
  codes.push(last === BEFORE_SURROGATES ? AFTER_SURROGATES : last + 1);
  return { from: prefix, to: String.fromCodePoint(...codes) };
}
