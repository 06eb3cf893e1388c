import { CacheError } from '@uno-cache/core';
import { explained } from './server-error.ts';

/**
 * The outcome of a command that nobody else has a deadline for.
 *
 * @param late - what is to be done about a connection that says nothing.
 * @throws CacheError `TIMEOUT`, or the server's error, explained.
 */
export async function inTime<T>(answer: Promise<T>, timeoutMs: number, late: () => void): Promise<T> {
  const { promise: passed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new CacheError('TIMEOUT', `Redis did not answer within ${timeoutMs} ms.`));
    late();
  }, timeoutMs);
  try {
    return await Promise.race([answer, passed]);
  } catch (error) {
    throw explained(error);
  } finally {
    clearTimeout(timer);
  }
}
