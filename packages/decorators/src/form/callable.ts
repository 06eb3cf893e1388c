/** Any function: its parameters are compared, never filled in. */
export type Callable = (...args: never) => unknown;

/** A function that is called with whatever came. */
export type AnyCall = (this: unknown, ...args: unknown[]) => unknown;

/**
 * What a wrapper takes. Without a call signature, because TypeScript would fill in the type parameters of a generic
 * function by those of the signature.
 */
export type Wrappable = CallableFunction;

/** The parameters of a function. */
export type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never;

/** What a function returns. */
export type ResultOf<F> = F extends (...args: never) => infer R ? R : never;
