import type { ArgsOf, ResultOf } from './callable.ts';

/** Whether callbacks with these parameters can be called with what the function is called with. */
type Takes<A extends readonly unknown[], P extends readonly unknown[]> = [A] extends [never]
  ? true
  : ((...args: A) => void) extends (...args: P) => void
    ? true
    : false;

/** What is wrong with a template for a function with these parameters; `never` for nothing. */
type TemplateProblem<K extends string, P extends readonly unknown[]> = string extends K
  ? never
  : K extends `${string}{${infer Hole}}${infer Rest}`
    ? HoleProblem<Hole, P> | TemplateProblem<Rest, P>
    : never;

type HoleProblem<H extends string, P extends readonly unknown[]> = H extends
  | `{${string}`
  | `this.${string}`
  | `result.${string}`
  | 'result'
  ? never
  : H extends `${infer Head}.${infer Path}`
    ? IndexOrName<Head, Path, P>
    : IndexOrName<H, '', P>;

type IndexOrName<Head extends string, Path extends string, P extends readonly unknown[]> = Head extends `${number}`
  ? Argument<Head, P> extends never
    ? `{${Head}} is no argument`
    : PathProblem<Path, Argument<Head, P>, Head>
  : P extends readonly []
    ? `{${Head}}: there are no arguments`
    : P extends readonly [infer Only]
      ? PathProblem<Head, Only, '0'>
      : never;

/** By its index; of a list of any length all have the same. */
type Argument<I extends string, P extends readonly unknown[]> = I extends keyof P
  ? P[I]
  : I extends keyof Required<P>
    ? Required<P>[I]
    : number extends P['length']
      ? P[number]
      : never;

/** Only objects are looked into: what is not one may be meant by the name of its parameter. */
type PathProblem<Path extends string, T, At extends string> = Path extends ''
  ? never
  : unknown extends T
    ? never
    : T extends object
      ? Path extends `${infer Head}.${infer Rest}`
        ? Head extends keyof T
          ? PathProblem<Rest, T[Head], `${At}.${Head}`>
          : `{${At}.${Head}} is no property`
        : Path extends keyof T
          ? never
          : `{${At}.${Path}} is no property`
      : never;

/** `never` is what options of no function in particular take. */
type TakesList<A extends readonly unknown[], P> = [A] extends [never] ? true : Takes<[A], [P]>;
type TakesValue<V, R> = [V] extends [never] ? true : [R] extends [V] ? true : false;

/** What compiles only if the options fit the function. */
export type Fits<F, K extends string, A extends readonly unknown[], B extends readonly unknown[], V> =
  Takes<A, ArgsOf<F>> extends false
    ? { readonly 'key does not take the arguments of the function': never }
    : TakesList<B, ArgsOf<F>> extends false
      ? { readonly 'when, tags or keys do not take the arguments of the function': never }
      : TakesValue<V, Awaited<ResultOf<F>>> extends true
        ? [TemplateProblem<K, ArgsOf<F>>] extends [never]
          ? unknown
          : { readonly 'the template does not fit the function': TemplateProblem<K, ArgsOf<F>> }
        : { readonly 'ttl, unless, tags or keys do not take the value of the function': never };
