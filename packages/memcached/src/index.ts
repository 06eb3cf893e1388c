export type { MemcachedOptions } from './memcached-tier.ts';
export { memcached } from './memcached-tier.ts';
export type { MemcachedServers } from './servers/server-list.ts';
