import type { MaybePromise } from '@uno-cache/core';

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The answers of several calls, values if all of them are. Fails with the first error, when nothing is under way any
 * more.
 */
export function settleAll<T>(calls: readonly (() => MaybePromise<T>)[]): MaybePromise<T[]> {
  if (calls.length === 1) return after(calls[0]!(), (value) => [value]);
  const outcomes = calls.map((call): MaybePromise<Outcome<T>> => {
    try {
      const answer = call();
      return isPromise(answer)
        ? answer.then(
            (value) => ({ value }),
            (error: unknown) => ({ error }),
          )
        : { value: answer };
    } catch (error) {
      return { error };
    }
  });
  return outcomes.some(isPromise)
    ? Promise.all(outcomes.map(async (outcome) => outcome)).then(values)
    : values(outcomes as Outcome<T>[]);
}

/** Calls one after the other; each begins when the last has been answered. */
export function settleInOrder(calls: readonly (() => MaybePromise<void>)[]): MaybePromise<void> {
  for (const [index, call] of calls.entries()) {
    const answer = call();
    if (isPromise(answer)) return answer.then(() => settleInOrder(calls.slice(index + 1)));
  }
}

/** What comes of an answer, at once if it is there. */
export function after<T, U>(answer: MaybePromise<T>, next: (value: T) => U): MaybePromise<U> {
  return isPromise(answer) ? answer.then(next) : next(answer);
}

/** The answer, or what stands in for it when the call fails. */
export function recovered<T>(call: () => MaybePromise<T>, fallback: (error: unknown) => T): MaybePromise<T> {
  try {
    const answer = call();
    return isPromise(answer) ? answer.catch(fallback) : answer;
  } catch (error) {
    return fallback(error);
  }
}

function values<T>(outcomes: readonly Outcome<T>[]): T[] {
  return outcomes.map((outcome) => {
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  });
}

function isPromise<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof (answer as Partial<Promise<T>> | undefined)?.then === 'function';
}
