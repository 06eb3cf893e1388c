import { escapeGlob, mismatch, show } from '@uno-cache/core/adapter';
import { cacheKey, isKeyed } from './cache-key.ts';

/** What a template's placeholders take their values from. */
export interface TemplateScope {
  readonly args: readonly unknown[];
  /** The object whose method was called. */
  readonly receiver?: unknown;
  /** What the function gave, where there is a result already. */
  readonly result?: { readonly value: unknown };
}

interface Hole {
  /** Steps to the value: `0`, `id`, `result.id`, `this.tenant`. */
  readonly path: readonly string[];
  readonly text: string;
}

/**
 * A text with placeholders: `{0}` an argument, `{0.id}` a property of it, `{id}` the parameter of that name or else the
 * property of the first argument, `{this.tenant}`, `{result.id}`; `{{` and `}}` are braces. Where there is one argument
 * and it is no object, any name means it.
 *
 * With more than one placeholder, `%` and the characters that stand behind a placeholder are percent-escaped in values,
 * so that different values never make one text.
 */
export class Template {
  /** Around the holes: one more than there are. */
  readonly #literals: readonly string[];
  readonly #holes: readonly Hole[];
  readonly #names: readonly (string | undefined)[];
  readonly #source: string;
  readonly #what: string;
  readonly #separators: ReadonlySet<string>;

  /**
   * @param what - whose option it is, as a message says it: `cached(): key`.
   * @param names - of the function's parameters.
   * @throws TypeError for braces without a partner, and for placeholders with nothing between them.
   */
  constructor(source: string, what: string, names: readonly (string | undefined)[]) {
    if (typeof source !== 'string') throw new TypeError(mismatch(what, 'a template or a function', source));
    this.#source = source;
    this.#what = what;
    this.#names = names;
    const parts = parse(source, what);
    this.#literals = parts.literals;
    this.#holes = parts.holes;
    const between = this.#literals.slice(1, -1);
    if (between.includes('')) {
      throw new TypeError(`${what} ${show(source)} has placeholders with nothing between them; separate them.`);
    }
    this.#separators = new Set(
      between.length === 0 ? [] : ['%', ...between.map((text) => String.fromCodePoint(text.codePointAt(0)!))],
    );
  }

  /** Whether it can only be filled when the function has answered. */
  get needsResult(): boolean {
    return this.#holes.some(({ path }) => path[0] === 'result' && !this.#names.includes('result'));
  }

  /** @throws TypeError naming the placeholder that has no value. */
  fill(scope: TemplateScope): string {
    return this.#filled(scope, (text) => text);
  }

  /** As `fill`, of a glob: what is filled in stands for itself. */
  fillGlob(scope: TemplateScope): string {
    return this.#filled(scope, escapeGlob);
  }

  #filled(scope: TemplateScope, quote: (text: string) => string): string {
    let text = this.#literals[0]!;
    this.#holes.forEach((hole, index) => {
      text += quote(this.#escaped(this.#valueOf(hole, scope))) + this.#literals[index + 1]!;
    });
    return text;
  }

  #escaped(text: string): string {
    if (this.#separators.size === 0) return text;
    let out = '';
    for (const character of text) out += this.#separators.has(character) ? percent(character) : character;
    return out;
  }

  #valueOf(hole: Hole, scope: TemplateScope): string {
    let [value, steps] = this.#rootOf(hole, scope);
    for (const step of steps) {
      if (!isObject(value)) throw this.#missing(hole, value);
      value = value[step];
    }
    return this.#textOf(hole, value);
  }

  /** Where a path begins, and the steps that are left. */
  #rootOf({ path }: Hole, { args, receiver, result }: TemplateScope): [unknown, readonly string[]] {
    const [first, ...rest] = path as [string, ...string[]];
    const named = this.#names.indexOf(first);
    if (named >= 0) return [args[named], rest];
    if (/^\d+$/.test(first)) return [args[Number(first)], rest];
    if (first === 'this') return [receiver, rest];
    if (first === 'result' && result !== undefined) return [result.value, rest];
    const isSole = this.#names.length <= 1 && args.length === 1 && rest.length === 0;
    return isSole && !isObject(args[0]) ? [args[0], []] : [args[0], path];
  }

  #textOf(hole: Hole, value: unknown): string {
    switch (typeof value) {
      case 'string':
        return value;
      case 'number':
      case 'bigint':
      case 'boolean':
        return String(value);
      case 'object':
      case 'function':
      case 'symbol':
      case 'undefined':
        if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
        if (isObject(value) && isKeyed(value)) {
          return this.#textOf(hole, value[cacheKey]());
        }
        throw this.#missing(hole, value);
    }
  }

  #missing({ text }: Hole, value: unknown): TypeError {
    const allowed = 'a string, number, bigint, boolean, Date or an object with a [cacheKey]() method';
    return new TypeError(`${this.#what} ${show(this.#source)}: {${text}} must be ${allowed}; got ${show(value)}.`);
  }
}

function parse(source: string, what: string): { literals: string[]; holes: Hole[] } {
  const literals: string[] = [''];
  const holes: Hole[] = [];
  const token = /\{\{|\}\}|\{([\p{ID_Start}$_\d][\p{ID_Continue}$.]*)\}|[{}]|[^{}]+/gu;
  for (const [text, inner] of source.matchAll(token)) {
    if (inner !== undefined) {
      holes.push({ path: inner.split('.'), text: inner });
      literals.push('');
      continue;
    }
    if (text === '{' || text === '}') {
      throw new TypeError(
        `${what} ${show(source)} has a ${text} that is no placeholder; a brace itself is ${text}${text}.`,
      );
    }
    literals.push(literals.pop() + (text === '{{' || text === '}}' ? text.charAt(0) : text));
  }
  return { literals, holes };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function percent(character: string): string {
  return encodeURIComponent(character) === character
    ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
    : encodeURIComponent(character);
}
