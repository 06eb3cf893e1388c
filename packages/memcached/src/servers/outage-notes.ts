import type { Server } from './server.ts';

const NUMBER = /^\d+/;

/** The key of the note on an outage. No namespace holds a `*`, so no entry's key begins with one. */
function noteKey(prefix: string, server: Server): string {
  return `${prefix}*outage*${server.name}`;
}

/**
 * Counts a server's outage on the others. What the server held before is not valid any more (`SpaceRecord.epoch`):
 * it may have missed deletes. The count begins with the time, so that one that got lost is not counted again from 0.
 *
 * @returns the greatest count; 0 when no other server could be told.
 */
export async function noteOutage(
  prefix: string,
  gone: Server,
  living: readonly Server[],
  now: number,
): Promise<number> {
  const key = noteKey(prefix, gone);
  const counts = await Promise.allSettled(living.map((server) => count(server, key, now)));
  return Math.max(0, ...counts.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 0)));
}

/** The greatest counts that a server keeps of the others' outages, in their order. */
export async function readOutages(prefix: string, at: Server, of: readonly Server[]): Promise<number[]> {
  const keys = of.map((server) => noteKey(prefix, server));
  const items = await at.read(keys);
  return keys.map((key) => Number(NUMBER.exec(items.get(key)?.value.toString('latin1') ?? '')?.[0] ?? 0));
}

async function count(server: Server, key: string, now: number): Promise<number> {
  for (let tries = 0; tries < 3; tries++) {
    const counted = await server.increment(key);
    if (counted !== undefined) return counted;
    const first = Math.floor(now * 1000);
    if ((await server.replace(key, undefined, Buffer.from(String(first)), 0)) === 'stored') return first;
  }
  throw new Error(`memcached at ${server.name} keeps no note`);
}
