import { createCache } from '@uno-cache/core';
import type { MemcachedServers } from '@uno-cache/memcached';
import { memcached } from '@uno-cache/memcached';

const servers: MemcachedServers = { 'cache-1:11211': 2, 'cache-2:11211': 1 };
export const cache = createCache({ tiers: [memcached({ servers, commandTimeout: '500ms' })] });
export const listed = memcached({ servers: ['cache-1', 'cache-2'] });
// @ts-expect-error servers have to be named
export const nowhere = memcached({});
// @ts-expect-error an option that there is not
export const unknown = memcached({ servers: 'localhost', host: 'localhost' });
