import type { ArgsOf, ResultOf, Wrappable } from './callable.ts';
import type { Fits } from './fits.ts';

/**
 * A decorator of methods and getters, static ones too, by the standard and by `experimentalDecorators`.
 *
 * @typeParam R - what the members have to return.
 */
export interface MemberDecorator<
  K extends string,
  KA extends readonly unknown[],
  A extends readonly unknown[],
  V,
  R = unknown,
> {
  // biome-ignore lint/suspicious/noExplicitAny: the constraint of ClassMethodDecoratorContext.
  <This, F extends (this: This, ...args: any) => R>(
    method: F & Fits<F, K, KA, A, V>,
    context: ClassMethodDecoratorContext<This, F>,
  ): F;
  <This, T extends R>(
    getter: ((this: This) => T) & Fits<() => T, K, KA, A, V>,
    context: ClassGetterDecoratorContext<This, T>,
  ): (this: This) => T;
  <F extends (...args: never) => R>(
    target: object,
    property: string | symbol,
    descriptor: TypedPropertyDescriptor<F> & DescriptorFits<Fits<F, K, KA, A, V>>,
  ): TypedPropertyDescriptor<F>;
  <T extends R>(
    target: object,
    property: string | symbol,
    descriptor: TypedPropertyDescriptor<T> & DescriptorFits<Fits<() => T, K, KA, A, V>>,
  ): TypedPropertyDescriptor<T>;
}

type DescriptorFits<Fit> = unknown extends Fit ? unknown : Fit;

/** A function that answers with a promise, whatever it answered with. */
export type Promising<F extends Wrappable> =
  ResultOf<F> extends PromiseLike<unknown>
    ? F
    : (this: ThisParameterType<F>, ...args: ArgsOf<F>) => Promise<Awaited<ResultOf<F>>>;
