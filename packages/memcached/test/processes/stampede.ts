/* One of the processes of a stampede: many callers on few cold keys. Says how often its factory ran. */
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { memcached } from '../../src/index.ts';

const [servers = '', callers = '1', keys = '1', startAt = '0'] = process.argv.slice(2);
await using cache = createCache({
  namespace: 'stampede',
  // A busy machine is no outage.
  tiers: [memory(), memcached({ servers: servers.split(','), commandTimeout: '2s' })],
  bus: false,
});
cache.on('error', () => {});
await cache.set(`warm ${process.pid}`, 1);
await new Promise((resolve) => setTimeout(resolve, Math.max(0, Number(startAt) - Date.now())));

let runs = 0;
const seen = await Promise.all(
  Array.from({ length: Number(callers) }, (_, caller) =>
    cache.getOrSet(`k${caller % Number(keys)}`, async () => {
      if (runs++ === 0) console.log('loading');
      await new Promise((resolve) => setTimeout(resolve, 50));
      return `value of ${caller % Number(keys)}`;
    }),
  ),
);
const isRight = seen.every((value, caller) => value === `value of ${caller % Number(keys)}`);
console.log(JSON.stringify({ runs, isRight }));
