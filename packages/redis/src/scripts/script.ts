import { createHash } from 'node:crypto';

/** A Lua script: called by its hash, and sent whole to a server that does not know it yet. */
export interface Script {
  readonly sha: string;
  readonly source: string;
}

/** @param parts - put together in order; what an earlier part defines a later one uses. */
export function script(...parts: readonly string[]): Script {
  const source = parts.join('\n');
  return Object.freeze({ source, sha: createHash('sha1').update(source).digest('hex') });
}
