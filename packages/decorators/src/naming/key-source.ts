import { checkFunction, checkName, mismatch } from '@uno-cache/core/adapter';
import type { AnyCall } from '../form/callable.ts';
import type { Subject } from '../form/subject.ts';
import { hashArguments } from '../key/digest.ts';
import type { TemplateScope } from '../key/template.ts';
import { Template } from '../key/template.ts';
import { DerivedName } from './derived-name.ts';
import { claimName } from './registry.ts';

/** The options that decide about keys. */
export interface KeySettings {
  readonly key?: unknown;
  readonly name?: string | undefined;
  readonly prefix?: string | undefined;
  readonly instanceKey?: ((instance: never) => unknown) | undefined;
}

/** Gives the keys of one function, method or getter. */
export class KeySource {
  readonly #what: string;
  readonly #subject: Subject;
  readonly #prefix: string;
  readonly #make: AnyCall | undefined;
  readonly #template: Template | undefined;
  readonly #derived: DerivedName | undefined;
  /** Where the derived name was last found to be nobody else's. */
  #claimed: { readonly scope: object; readonly owner: object } | undefined;

  /** @throws TypeError for settings that contradict each other, and for a function without a name that needs one. */
  constructor(what: string, subject: Subject, settings: KeySettings) {
    const { key, name, prefix, instanceKey } = settings;
    this.#what = what;
    this.#subject = subject;
    this.#prefix = prefix === undefined ? '' : `${checkName(prefix, `${what}: prefix`)}:`;
    if (name !== undefined) checkName(name, `${what}: name`);
    if (instanceKey !== undefined) checkFunction(instanceKey, `${what}: instanceKey`);
    if (key === undefined) {
      this.#derived = new DerivedName(what, subject, name, instanceKey);
      return;
    }
    const other = instanceKey !== undefined ? 'instanceKey' : 'name';
    if (settings[other] !== undefined) {
      throw new TypeError(`${what}: ${other} is part of derived keys; with key, put it there.`);
    }
    if (typeof key === 'function') this.#make = key as AnyCall;
    else this.#template = new Template(key as string, `${what}: key`, subject.parameters());
  }

  /**
   * @param receiver - the object whose method was called; `undefined` when nobody says which.
   * @throws TypeError for arguments that cannot be keyed, and when the key depends on the receiver and there is none.
   */
  keyOf(receiver: unknown, args: readonly unknown[], result?: TemplateScope['result']): string {
    if (this.#derived !== undefined) {
      const name = this.#derived.nameFor(receiver);
      return `${this.#prefix}${name}:${hashArguments(args, `${this.#what} ${this.#subject.name}`)}`;
    }
    if (this.#template !== undefined) {
      return this.#prefix + this.#template.fill(result === undefined ? { args, receiver } : { args, receiver, result });
    }
    const key = Reflect.apply(this.#make!, receiver, args);
    if (typeof key === 'string') return this.#prefix + key;
    throw new TypeError(mismatch(`${this.#what}: key()`, 'a function that returns a string', key));
  }

  /** @throws TypeError when another function uses the same derived name in this scope. */
  claim(scope: object, receiver: unknown): void {
    if (this.#derived === undefined || this.#derived.isGiven) return;
    const { name, owner } = this.#derived.familyOf(receiver);
    if (this.#claimed?.scope === scope && this.#claimed.owner === owner) return;
    claimName(scope, this.#prefix + name, owner);
    this.#claimed = { scope, owner };
  }
}
