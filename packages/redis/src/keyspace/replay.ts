import type { Keyspace } from '@uno-cache/core';
import type { KeyspaceContext } from './keyspace-context.ts';
import type { Change } from './recent-changes.ts';

/** Keys of one command. */
const BATCH = 1_000;

/**
 * Makes changes again on a server that may not know of them, as invalidations: whether a value that was set is the one that
 * is there cannot be told, and a miss is never wrong. Then every process is told, for near tiers may have copied meanwhile
 * what the new server had.
 */
export async function replay(space: Keyspace, changes: readonly Change[], context: KeyspaceContext): Promise<void> {
  const now = context.time.now();
  const keys = [...new Set(changes.flatMap((change) => (change.kind === 'key' ? [change.key] : [])))];
  if (changes.some(({ kind }) => kind === 'clear')) {
    await space.clear(now);
    await context.publish({ kind: 'clear' });
  }
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH);
    await space.deleteMany(batch, now);
    await context.publish({ kind: 'delete', keys: batch });
  }
  for (const change of changes) {
    if (change.kind === 'pattern') {
      await space.deletePattern(change.pattern, now);
      await context.publish(change);
    } else if (change.kind === 'tags') {
      await space.versions.renew(change.tags, now);
      await context.publish(change);
    }
  }
}
