import { CacheError } from '@uno-cache/core';
import type { SentError } from './sync-request.ts';

/** Causes of causes that go along. */
const MOST_CAUSES = 4;

/** An error as it goes to another thread, with its causes. */
export function sentError(error: unknown, causes: number = MOST_CAUSES): SentError {
  if (!(error instanceof Error)) return { code: undefined, name: 'Error', message: String(error) };
  const { name, message, cause } = error;
  const code = CacheError.is(error) ? error.code : undefined;
  if (cause === undefined || causes === 0) return { code, name, message };
  return { code, name, message, cause: sentError(cause, causes - 1) };
}

/** The error that the other thread threw: a TypeError, or one of the cache's. */
export function receivedError(sent: SentError): Error {
  const error = errorOf(sent);
  if (error instanceof CacheError || error instanceof TypeError) return error;
  return new CacheError('TIER_FAILED', error.message, { cause: error });
}

function errorOf({ code, name, message, cause }: SentError): Error {
  const because = cause === undefined ? {} : { cause: errorOf(cause) };
  if (code !== undefined) return new CacheError(code, message, because);
  if (name === 'TypeError') return new TypeError(message, because);
  const error = new Error(message, because);
  error.name = name;
  return error;
}
