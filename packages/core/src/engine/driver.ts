import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';

/**
 * An operation of the engine: a generator that yields whatever may be a promise and is resumed with its value. Written
 * once, it is run by `runAsync` for the cache's methods and by `runSync` for those of `cache.sync`.
 */
export type Op<T> = Generator<unknown, T, never>;

/** Several operations to be run side by side: yielded by `all`, understood by the drivers. */
class FanOut {
  readonly ops: readonly Op<unknown>[];

  constructor(ops: readonly Op<unknown>[]) {
    this.ops = ops;
  }
}

/** Waits for something that may be a promise. `yield*` it. */
export function* wait<T>(value: MaybePromise<T>): Op<T> {
  if (!isPromise(value)) return value;
  return (yield value) as T;
}

/** Runs operations side by side (one after the other when driven synchronously) and waits for all. `yield*` it. */
export function* all<T>(ops: readonly Op<T>[]): Op<T[]> {
  if (ops.length === 0) return [];
  if (ops.length === 1) return [yield* ops[0] as Op<T>];
  return (yield new FanOut(ops)) as T[];
}

/** Runs an operation until it has to wait; answers with a value if it never had to. */
export function run<T>(op: Op<T>): MaybePromise<T> {
  return proceed(op, undefined, false);
}

/** Runs an operation; what it throws rejects. */
export function runAsync<T>(op: Op<T>): Promise<T> {
  try {
    const result = run(op);
    return isPromise(result) ? result : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Runs an operation without waiting.
 *
 * @throws TypeError when a tier's sync view answers with a promise, which its contract forbids.
 */
export function runSync<T>(op: Op<T>): T {
  let step = op.next();
  while (!step.done) {
    const yielded = step.value;
    if (yielded instanceof FanOut) {
      step = op.next(yielded.ops.map((each) => runSync(each)) as never);
    } else {
      step = op.throw(
        new TypeError("A tier's sync view answered with a promise; its methods must answer with values."),
      );
    }
  }
  return step.value;
}

function proceed<T>(op: Op<T>, input: unknown, failed: boolean): MaybePromise<T> {
  let step = failed ? op.throw(input) : op.next(input as never);
  while (!step.done) {
    const yielded = step.value;
    const waited = yielded instanceof FanOut ? runAll(yielded.ops) : yielded;
    if (isPromise(waited)) {
      return waited.then(
        (value) => proceed(op, value, false),
        (error: unknown) => proceed(op, error, true),
      );
    }
    step = op.next(waited as never);
  }
  return step.value;
}

function runAll(ops: readonly Op<unknown>[]): MaybePromise<unknown[]> {
  const results = ops.map((op) => {
    try {
      return run(op);
    } catch (error) {
      return Promise.reject(error);
    }
  });
  return results.some(isPromise) ? Promise.all(results) : results;
}
