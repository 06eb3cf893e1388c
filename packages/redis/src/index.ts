export type { RedisBusOptions } from './bus/redis-bus.ts';
export { redisBus } from './bus/redis-bus.ts';
export type { Client, ClientOptions, ClusterSource, SentinelSource } from './connection/client-source.ts';
export type { RedisOptions } from './redis-tier.ts';
export { redis } from './redis-tier.ts';
