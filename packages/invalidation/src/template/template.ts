import { mismatch, show } from '@uno-cache/core/adapter';
import { fieldValues } from './field-values.ts';

/** A text with placeholders, taken apart once. */
export interface Template {
  /** The paths between the braces, each once. */
  readonly fields: readonly string[];
  /**
   * The text for each combination of values.
   *
   * @param owner - whose payload it is, as errors name it.
   * @throws TypeError when a field is missing, or is neither a string nor a number.
   */
  expand(payload: unknown, owner: string): string[];
}

/** How a value stands in a text: escaped, where the text is a glob. */
export type Escape = (value: string) => string;

const PLACEHOLDER = /\{([^{}]*)\}/;

/**
 * Parses `'user:{id}*'`, `'team:{user.team}:{user.id}'`.
 *
 * @throws TypeError when a brace has no partner, or stands around nothing.
 */
export function parseTemplate(text: string, option: string, escaped: Escape): Template {
  if (typeof text !== 'string' || text === '') throw new TypeError(mismatch(option, 'a template, not empty', text));
  // Literals at even places, paths at odd ones.
  const parts = text.split(PLACEHOLDER);
  const fields = new Set<string>();
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) fields.add(checkPath(part, text, option));
    else if (/[{}]/.test(part)) throw new TypeError(`${option}: a brace in ${show(text)} has no partner`);
  }
  return {
    fields: [...fields],
    expand: (payload, owner) => {
      let texts = [new Map<string, string>()];
      for (const field of fields) {
        const values = fieldValues(payload, field, owner);
        texts = texts.flatMap((chosen) => values.map((value) => new Map(chosen).set(field, escaped(value))));
      }
      return texts.map((chosen) => parts.map((part, index) => (index % 2 === 1 ? chosen.get(part) : part)).join(''));
    },
  };
}

function checkPath(path: string, text: string, option: string): string {
  if (path.split('.').every((name) => name.trim() !== '')) return path;
  throw new TypeError(`${option}: a placeholder in ${show(text)} names no field: write {id} or {user.id}`);
}
