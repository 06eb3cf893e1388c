/** A value now, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether something has to be waited for. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
