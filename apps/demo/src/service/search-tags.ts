import { foldCase } from './letter-case.ts';

const RUN = 3;

/** The fewest letters a search may have. */
export const SHORTEST_SEARCH: number = RUN;

/**
 * The tag of a search: the first three letters of what is looked for. A name that holds the whole text holds these
 * three in a row, so to invalidate the tags of a name reaches every search that could find it, and few others.
 */
export function searchTag(text: string): string {
  return `letters:${letters(text).slice(0, RUN).join('')}`;
}

/** The tags of all searches that could find a name. */
export function searchTagsOf(name: string): readonly string[] {
  const all = letters(name);
  const runs = Array.from({ length: Math.max(0, all.length - RUN + 1) }, (_, at) => all.slice(at, at + RUN).join(''));
  return [...new Set(runs)].map((run) => `letters:${run}`);
}

/** Whole characters, so that no tag ends in half of one. */
function letters(text: string): readonly string[] {
  return [...foldCase(text)];
}
