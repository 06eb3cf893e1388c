import { mismatch } from '@uno-cache/core/adapter';
import type { AnyCall } from '../form/callable.ts';
import type { Subject } from '../form/subject.ts';
import type { TemplateScope } from '../key/template.ts';
import { Template } from '../key/template.ts';

/** A list of keys, tags or globs that a call concerns: by templates, or by a function of arguments and value. */
export class ListSource {
  readonly #what: string;
  readonly #templates: readonly Template[];
  readonly #make: AnyCall | undefined;
  readonly #fill: 'fill' | 'fillGlob';

  /** @throws TypeError for what is neither a list of templates nor a function. */
  constructor(what: string, subject: Subject, given: unknown, kind: 'texts' | 'globs' = 'texts') {
    this.#what = what;
    this.#fill = kind === 'globs' ? 'fillGlob' : 'fill';
    this.#make = typeof given === 'function' ? (given as AnyCall) : undefined;
    const isList = given === undefined || this.#make !== undefined || Array.isArray(given);
    if (!isList) throw new TypeError(mismatch(what, 'an array of templates, or a function', given));
    const names = Array.isArray(given) ? subject.parameters() : [];
    this.#templates = Array.isArray(given) ? given.map((source) => new Template(source, what, names)) : [];
  }

  /** Those of the templates that can be filled before there is a result; a function waits for it. */
  get beforeResult(): readonly Template[] {
    return this.#templates.filter(({ needsResult }) => !needsResult);
  }

  /** Whether there is a part that waits for the result. */
  get needsResult(): boolean {
    return this.#make !== undefined || this.#templates.some(({ needsResult }) => needsResult);
  }

  listOf(scope: Required<TemplateScope>): readonly string[] {
    if (this.#make === undefined) return this.#templates.map((template) => template[this.#fill](scope));
    const made = Reflect.apply(this.#make, scope.receiver, [scope.args, scope.result.value]);
    const list: unknown = typeof made === 'string' ? [made] : made;
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
    throw new TypeError(mismatch(`${this.#what}()`, 'a function that returns a string or an array of strings', made));
  }
}
