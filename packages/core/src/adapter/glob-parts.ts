/**
 * What stands between two stars of a glob: it matches a fixed number of code points. Positions are in UTF-16 units; -1
 * is no match.
 */
export interface GlobPart {
  /** The text, when the part has no wildcard. */
  readonly text: string | undefined;
  /** Where the part ends when it begins at `start`. */
  endAt(key: string, start: number): number;
  /** Where the leftmost occurrence ends that begins at `start` or later. */
  endAfter(key: string, start: number): number;
  /** Where the part begins when it ends with the key. */
  startAtEnd(key: string): number;
}

/** One position of a part: a code point, any, or one of a class. */
type Atom = number | typeof ANY | CharacterClass;

const ANY = -1;
const STAR = 42;
const QUESTION = 63;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const CARET = 94;
const DASH = 45;

/** The parts between the stars, at least one; the first and the last are anchored and may be empty. */
export function parseGlob(pattern: string): readonly GlobPart[] {
  const codes = Array.from(pattern, (character) => character.codePointAt(0)!);
  const parts: GlobPart[] = [];
  let atoms: Atom[] = [];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === STAR) {
      // A run of stars is one star.
      if (atoms.length > 0 || parts.length === 0) parts.push(partOf(atoms));
      atoms = [];
    } else if (code === QUESTION) {
      atoms.push(ANY);
    } else if (code === OPEN) {
      const parsed = parseClass(codes, i + 1);
      atoms.push(parsed.atom);
      i = parsed.last;
    } else {
      if (code === BACKSLASH && i + 1 < codes.length) i++;
      atoms.push(codes[i]!);
    }
  }
  parts.push(partOf(atoms));
  return parts;
}

/** Follows Redis' `stringmatchlen` step by step: what it does with `[a-]`, `[a-\]` or `[^` is what we do. */
function parseClass(codes: readonly number[], start: number): { atom: CharacterClass; last: number } {
  const isNegated = codes[start] === CARET;
  const ranges: [number, number][] = [];
  let i = isNegated ? start + 1 : start;
  for (; i < codes.length && codes[i] !== CLOSE; i++) {
    const code = codes[i]!;
    if (code === BACKSLASH && i + 1 < codes.length) {
      i++;
      ranges.push([codes[i]!, codes[i]!]);
    } else if (codes[i + 1] === DASH && i + 2 < codes.length) {
      const end = codes[i + 2]!;
      ranges.push([Math.min(code, end), Math.max(code, end)]);
      i += 2;
    } else {
      ranges.push([code, code]);
    }
  }
  return { atom: new CharacterClass(isNegated, ranges), last: i };
}

class CharacterClass {
  readonly #isNegated: boolean;
  /** Disjoint and ascending: first, last, first, last. */
  readonly #bounds: number[] = [];

  constructor(isNegated: boolean, ranges: [number, number][]) {
    this.#isNegated = isNegated;
    ranges.sort((a, b) => a[0] - b[0]);
    for (const [first, last] of ranges) {
      const end = this.#bounds.length - 1;
      if (end > 0 && first <= this.#bounds[end]! + 1) this.#bounds[end] = Math.max(this.#bounds[end]!, last);
      else this.#bounds.push(first, last);
    }
  }

  has(code: number): boolean {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#bounds[middle]! < code) low = middle + 1;
      else high = middle;
    }
    // `low` is the first bound that is not less: within a range exactly if it is a last one, or equal to a first one.
    const isInside = low < this.#bounds.length && (low % 2 === 1 || this.#bounds[low] === code);
    return isInside !== this.#isNegated;
  }
}

function partOf(atoms: readonly Atom[]): GlobPart {
  if (atoms.every((atom) => typeof atom === 'number' && atom !== ANY)) return new TextPart(textOf(atoms as number[]));
  return new WildPart(atoms);
}

function textOf(codes: readonly number[]): string {
  let text = '';
  for (const code of codes) text += String.fromCodePoint(code);
  return text;
}

class TextPart implements GlobPart {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  endAt(key: string, start: number): number {
    return key.startsWith(this.text, start) ? start + this.text.length : -1;
  }

  endAfter(key: string, start: number): number {
    const index = key.indexOf(this.text, start);
    return index < 0 ? -1 : index + this.text.length;
  }

  startAtEnd(key: string): number {
    return key.endsWith(this.text) ? key.length - this.text.length : -1;
  }
}

class WildPart implements GlobPart {
  readonly text = undefined;
  readonly #atoms: readonly Atom[];

  constructor(atoms: readonly Atom[]) {
    this.#atoms = atoms;
  }

  endAt(key: string, start: number): number {
    let position = start;
    for (const atom of this.#atoms) {
      const code = key.codePointAt(position);
      if (code === undefined || !matches(atom, code)) return -1;
      position += widthOf(code);
    }
    return position;
  }

  endAfter(key: string, start: number): number {
    for (let i = start; i < key.length; i += widthOf(key.codePointAt(i)!)) {
      const end = this.endAt(key, i);
      if (end >= 0) return end;
    }
    return -1;
  }

  startAtEnd(key: string): number {
    let start = key.length;
    for (let i = 0; i < this.#atoms.length; i++) {
      if (start === 0) return -1;
      start -= start > 1 && key.codePointAt(start - 2)! > 0xffff ? 2 : 1;
    }
    return this.endAt(key, start) < 0 ? -1 : start;
  }
}

function matches(atom: Atom, code: number): boolean {
  return typeof atom === 'number' ? atom === ANY || atom === code : atom.has(code);
}

function widthOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}
