import { mismatch, show } from '@uno-cache/core/adapter';
import type { AnyCall, Callable } from './callable.ts';
import { imitate } from './imitate.ts';
import type { Subject } from './subject.ts';
import { functionSubject } from './subject.ts';

/** Makes what is called instead of the subject's function. */
export type Wrap = (subject: Subject) => Callable;

/** What a standard decorator gets beside the member. */
interface StandardContext {
  readonly kind: string;
  readonly name: string | symbol;
  readonly static: boolean;
  readonly private: boolean;
  addInitializer(initializer: (this: unknown) => void): void;
}

/**
 * Wraps a function, or decorates a member, by what it was called with:
 *
 * - `(fn)`: a function;
 * - `(value, context)`: a standard decorator, `context` says of what;
 * - `(target, name, descriptor)`: a decorator of TypeScript's `experimentalDecorators`.
 *
 * @param what - who was called, as a message says it: `cached()`.
 */
export function applyForm(what: string, args: readonly unknown[], wrap: Wrap): unknown {
  const [first, second, third] = args;
  if (args.length === 1) return wrapFunction(what, first, wrap);
  if (isStandard(second)) return decorateStandard(what, first, second, wrap);
  if (typeof second === 'string' || typeof second === 'symbol') {
    return decorateLegacy(what, first as object, second, third as PropertyDescriptor | undefined, wrap);
  }
  throw new TypeError(
    `${what} takes one function, or decorates a method or a getter; got ${args.map(show).join(', ')}.`,
  );
}

function wrapFunction(what: string, fn: unknown, wrap: Wrap): Callable {
  if (typeof fn !== 'function') throw new TypeError(mismatch(what, 'called with a function', fn));
  if (/^class\b/.test(Function.prototype.toString.call(fn))) {
    throw new TypeError(`${what} wraps functions, not classes (${show(fn)}); decorate its methods.`);
  }
  return wrapped(functionSubject(fn as AnyCall), wrap);
}

function decorateStandard(what: string, value: unknown, context: StandardContext, wrap: Wrap): Callable {
  const { kind, name, static: isStatic } = context;
  if ((kind !== 'method' && kind !== 'getter') || typeof value !== 'function') throw notAMember(what, kind, name);
  const subject: Subject = {
    ...functionSubject(value as AnyCall),
    kind,
    name: memberName(name, isStatic),
    property: context.private ? undefined : name,
    isStatic,
  };
  context.addInitializer(function findHome() {
    subject.home ??= homeOf(this, subject);
  });
  return wrapped(subject, wrap);
}

function decorateLegacy(
  what: string,
  target: object,
  property: string | symbol,
  given: PropertyDescriptor | undefined,
  wrap: Wrap,
): PropertyDescriptor {
  const descriptor = given ?? Object.getOwnPropertyDescriptor(target, property);
  const fn: unknown = descriptor?.value ?? descriptor?.get;
  if (descriptor === undefined || typeof fn !== 'function') throw notAMember(what, 'property', property);
  const isStatic = typeof target === 'function';
  const subject: Subject = {
    ...functionSubject(fn as AnyCall),
    kind: descriptor.get === undefined ? 'method' : 'getter',
    name: memberName(property, isStatic),
    property,
    isStatic,
    home: (isStatic ? target : target.constructor) as Callable,
  };
  const wrapper = wrapped(subject, wrap);
  return descriptor.get === undefined
    ? { ...descriptor, value: wrapper }
    : { ...descriptor, get: wrapper as () => unknown };
}

function wrapped(subject: Subject, wrap: Wrap): Callable {
  const wrapper = imitate(wrap(subject), subject.fn);
  subject.wrapper = wrapper;
  return wrapper;
}

/** The class in whose prototype (or, of a static member, in which) the wrapper stands. */
function homeOf(owner: unknown, { property, isStatic, wrapper }: Subject): Callable | undefined {
  if (property === undefined) return undefined;
  for (let at = owner as object | null; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, property);
    if (descriptor === undefined || (descriptor.value ?? descriptor.get) !== wrapper) continue;
    return (isStatic ? at : at.constructor) as Callable;
  }
  return undefined;
}

function memberName(property: string | symbol, isStatic: boolean): string {
  const name = typeof property === 'symbol' ? (property.description ?? '') : property;
  return isStatic && name !== '' ? `static.${name}` : name;
}

function notAMember(what: string, kind: string, name: string | symbol): TypeError {
  return new TypeError(`${what} decorates methods and getters, not a ${kind} (${String(name)}).`);
}

function isStandard(context: unknown): context is StandardContext {
  return typeof context === 'object' && context !== null && 'kind' in context && 'addInitializer' in context;
}
