import { CacheError } from '@uno-cache/core';
import { serverCode } from './server-error.ts';

/** What a cluster's client was told last when it gave up: it tries other nodes between two attempts. */
const SPLIT: ReadonlySet<string> = new Set(['TRYAGAIN', 'MOVED', 'ASK']);

/**
 * Asks for many keys of one slot. While that slot moves, no node has them all (`TRYAGAIN`): then each key is asked for by
 * itself, which leads to the node that has it.
 */
export async function orOneByOne<K, T>(
  keys: readonly K[],
  ask: (keys: readonly K[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await ask(keys);
  } catch (error) {
    if (keys.length < 2 || !isSplit(error)) throw error;
  }
  return (await Promise.all(keys.map((key) => ask([key])))).flat();
}

/** Of the server's error, or of the one that explains it. */
function isSplit(error: unknown): boolean {
  const code = serverCode(error instanceof CacheError ? error.cause : error);
  return SPLIT.has(code);
}
