import { CacheError } from '@uno-cache/core';
import type { SentError } from './sync-request.ts';

/** An error as it goes to another thread. */
export function sentError(error: unknown): SentError {
  const message = error instanceof Error ? error.message : String(error);
  if (CacheError.is(error)) return { code: error.code, message };
  return { code: error instanceof TypeError ? 'TypeError' : undefined, message };
}

/** The error as it was thrown in the other thread, without its cause. */
export function receivedError({ code, message }: SentError): Error {
  if (code === 'TypeError') return new TypeError(message);
  return new CacheError(code ?? 'TIER_FAILED', message);
}
