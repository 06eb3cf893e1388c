import { parameterNames } from '../naming/parameter-names.ts';
import type { AnyCall, Callable } from './callable.ts';

/** What is wrapped: a function, or a method or getter of a class. */
export interface Subject {
  readonly fn: AnyCall;
  readonly kind: 'function' | 'method' | 'getter';
  /** The member's name as it stands in keys; the function's own name otherwise. */
  readonly name: string;
  /** Its name in the class, where it can be looked up from outside. */
  readonly property: string | symbol | undefined;
  readonly isStatic: boolean;
  /** The names of its parameters, as far as they have one: for templates. */
  readonly parameters: () => readonly (string | undefined)[];
  /** The class that defines it, once it is known: with standard decorators, when there is an instance. */
  home: Callable | undefined;
  /** What stands in the class instead of `fn`, set by whoever wraps. */
  wrapper: Callable | undefined;
}

export function functionSubject(fn: AnyCall): Subject {
  const name = fn.name === 'anonymous' ? '' : fn.name;
  return {
    fn,
    kind: 'function',
    name,
    property: undefined,
    isStatic: false,
    parameters: () => parameterNames(fn),
    home: undefined,
    wrapper: undefined,
  };
}
