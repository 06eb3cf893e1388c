/**
 * The key method: what an instance of a class gives to be told from other instances when it is an argument, or the
 * object whose cached method is called. The method returns anything that can be an argument itself.
 *
 * @example
 * ```ts
 * class Money {
 *   constructor(readonly amount: bigint, readonly currency: string) {}
 *   [cacheKey]() { return [this.amount, this.currency]; }
 * }
 * ```
 */
export const cacheKey: unique symbol = Symbol.for('uno-cache.key');

/** What has a key method. */
export interface Keyed {
  [cacheKey](): unknown;
}

export function isKeyed(value: object): value is Keyed {
  return typeof (value as Partial<Keyed>)[cacheKey] === 'function';
}
