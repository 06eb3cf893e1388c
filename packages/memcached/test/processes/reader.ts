/*
 * A process that reads a counter from its memory as fast as it can, and says when it began the last read of each value. It
 * stops when the counter has reached its end.
 */
import { setImmediate } from 'node:timers/promises';
import { createCache } from '@uno-cache/core';
import { fileBus } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import { memcached } from '../../src/index.ts';

const [servers = '', directory = '', maxStaleness = '1', end = '0'] = process.argv.slice(2);
await using cache = createCache({
  namespace: 'near',
  tiers: [memory(), memcached({ servers: servers.split(',') })],
  bus: directory === '' ? false : fileBus({ directory }),
  maxStaleness: Number(maxStaleness),
});
const lastRead: Record<number, number> = {};
for (let value = -1, reads = 0; value < Number(end); reads++) {
  const at = performance.timeOrigin + performance.now();
  value = (await cache.get<number>('counter')) ?? value;
  lastRead[value] = at;
  if (reads === 1_000) console.log('reading');
  if (reads % 100 === 0) await setImmediate();
}
console.log(JSON.stringify({ lastRead, nearHits: cache.stats().tiers.memory?.hits }));
