import { show } from '@uno-cache/core/adapter';
import type { Callable } from '../form/callable.ts';
import type { Subject } from '../form/subject.ts';
import { cacheKey, isKeyed } from '../key/cache-key.ts';
import { shortened } from '../key/digest.ts';
import { encodeValue } from '../key/encode.ts';

/** What a function, or a member together with the class of its receivers, is called in keys. */
export interface Family {
  readonly name: string;
  /** Whoever has the same name and is not this, is another function. */
  readonly owner: object;
}

/**
 * The part of a derived key that says of which function it is: `load`, `Users.find`, `Users.static.find`; of a method
 * that a class inherits, `Users/Repository.find`; with an instance's key, `Users.find@7`.
 */
export class DerivedName {
  readonly #what: string;
  readonly #subject: Subject;
  readonly #given: string | undefined;
  readonly #instanceKey: ((instance: never) => unknown) | undefined;
  readonly #families = new WeakMap<Callable, Family>();
  /** Whether it was called on instances of classes that inherit it. */
  #isInherited = false;

  constructor(
    what: string,
    subject: Subject,
    given: string | undefined,
    instanceKey: ((instance: never) => unknown) | undefined,
  ) {
    this.#what = what;
    this.#subject = subject;
    this.#given = given === undefined ? undefined : escaped(given);
    this.#instanceKey = instanceKey;
    if (given === undefined && subject.name === '') throw this.#nameless(subject.kind);
    if (instanceKey !== undefined && (subject.kind === 'function' || subject.isStatic)) {
      throw new TypeError(`${what}: instanceKey is for methods and getters of instances, not for ${subject.name}.`);
    }
  }

  /** Whether the name was given, so that whoever gives it may share it. */
  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  nameFor(receiver: unknown): string {
    const { name } = this.familyOf(receiver);
    const instance = this.#instanceOf(receiver);
    return instance === undefined ? name : `${name}@${instance}`;
  }

  /** The name without the instance: of the class of the receiver, and of the class that defines the member. */
  familyOf(receiver: unknown): Family {
    const { fn, kind, name } = this.#subject;
    if (this.#given !== undefined) return { name: this.#given, owner: fn };
    if (kind === 'function') return { name: escaped(name), owner: fn };
    const owner = this.#classOf(receiver);
    const family = this.#families.get(owner) ?? this.#familyOf(owner);
    this.#families.set(owner, family);
    return family;
  }

  #familyOf(owner: Callable): Family {
    const home = this.#subject.home ?? owner;
    const classes = [owner, ...(home === owner ? [] : [home])].map((each) => this.#className(each));
    if (home !== owner) this.#isInherited = true;
    return { name: `${classes.join('/')}.${escaped(this.#subject.name)}`, owner: {} };
  }

  #className(each: Callable): string {
    if (typeof each.name === 'string' && each.name !== '') return escaped(each.name);
    throw this.#nameless('class');
  }

  #classOf(receiver: unknown): Callable {
    const { home, isStatic, name } = this.#subject;
    const owner = isStatic ? receiver : (receiver as object | undefined | null)?.constructor;
    if (typeof owner === 'function') return owner as Callable;
    if (home !== undefined && !this.#isInherited) return home;
    throw new TypeError(
      `${this.#what}: the keys of ${name} depend on the instance; use cachedMember(instance, ${show(name)}).`,
    );
  }

  #instanceOf(receiver: unknown): string | undefined {
    const { kind, isStatic, home, name } = this.#subject;
    if (kind === 'function' || isStatic) return undefined;
    const hasInstance = typeof receiver === 'object' && receiver !== null;
    const isKeyedClass = hasInstance ? isKeyed(receiver) : isKeyed((home?.prototype as object | undefined) ?? {});
    if (this.#instanceKey === undefined && !isKeyedClass) return undefined;
    if (!hasInstance) {
      throw new TypeError(
        `${this.#what}: the keys of ${name} depend on the instance; use cachedMember(instance, ${show(name)}).`,
      );
    }
    const value =
      this.#instanceKey === undefined
        ? (receiver as { [cacheKey](): unknown })[cacheKey]()
        : this.#instanceKey(receiver as never);
    return shortened(encodeValue(value, `${this.#what} ${name}`, 'instanceKey')).replace(/[%:]/g, percent);
  }

  #nameless(kind: string): TypeError {
    const member = this.#subject.name === '' ? '' : ` of ${this.#subject.name}`;
    return new TypeError(
      `${this.#what}: an anonymous ${kind}${member} has no name that its keys could begin with. Name it, or give a \`name\` or a \`key\`.`,
    );
  }
}

/** A name in which nothing can be taken for a separator of keys. */
function escaped(name: string): string {
  return name.replace(/[%:@/]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
