import type { TierUsage } from '@uno-cache/core';
import type { Redis } from 'ioredis';
import type { Connection } from './connection.ts';

/** How full the masters are, with everything that is in them: what they evict, they evict by that. */
export async function serverUsage(connection: Connection): Promise<TierUsage> {
  const masters = await connection.masters();
  const usages = await connection.inTime(Promise.all(masters.map(usageOf)));
  const sum = (part: (usage: Usage) => number): number => usages.reduce((total, usage) => total + part(usage), 0);
  const isBounded = usages.length > 0 && usages.every(({ bound }) => bound > 0);
  return {
    entries: sum(({ entries }) => entries),
    bytes: sum(({ bytes }) => bytes),
    ...(isBounded ? { maxBytes: sum(({ bound }) => bound) } : {}),
  };
}

interface Usage {
  readonly entries: number;
  readonly bytes: number;
  /** 0 for none. */
  readonly bound: number;
}

async function usageOf(server: Redis): Promise<Usage> {
  const [memory, entries] = await Promise.all([server.info('memory'), server.dbsize()]);
  const numberOf = (field: string): number => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(memory)?.[1] ?? 0);
  return { entries: Number(entries), bytes: numberOf('used_memory'), bound: numberOf('maxmemory') };
}
