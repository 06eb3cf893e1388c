/* A process that wins a lease, is paused or killed by its parent while its factory runs, or goes on when its lease is over. */
import { createCache } from '@uno-cache/core';
import { memcached } from '../../src/index.ts';

const [servers = ''] = process.argv.slice(2);
await using cache = createCache({
  namespace: 'paused',
  tiers: [memcached({ servers: servers.split(',') })],
  leaseTtl: '400ms',
});
cache.on('error', () => {});
const value = await cache.getOrSet('k', async () => {
  console.log('loading');
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 'of the paused';
});
console.log(`answered ${value}, fenced ${cache.stats().fenced}`);
