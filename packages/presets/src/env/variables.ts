import * as read from './readers.ts';
import type { Variable } from './variable.ts';

export const PREFIX = 'UNO_CACHE_';

export const PRESET_NAMES = ['development', 'production', 'test', 'serverless'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** All there are. What they set is described with the options. */
export const VARIABLES: Readonly<Record<string, Variable>> = Object.freeze({
  UNO_CACHE_PRESET: { path: 'preset', read: read.oneOf(PRESET_NAMES) },
  UNO_CACHE_NAME: { path: 'name', read: read.label },
  UNO_CACHE_NAMESPACE: { path: 'namespace', read: read.label },
  UNO_CACHE_TTL: { path: 'ttl', read: read.duration },
  UNO_CACHE_JITTER: { path: 'jitter', read: read.share },
  UNO_CACHE_STALE_WHILE_REVALIDATE: { path: 'staleWhileRevalidate', read: read.window },
  UNO_CACHE_STALE_IF_ERROR: { path: 'staleIfError', read: read.window },
  UNO_CACHE_EARLY_REFRESH: { path: 'earlyRefresh', read: read.beta },
  UNO_CACHE_SOFT_TIMEOUT: { path: 'softTimeout', read: read.duration },
  UNO_CACHE_HARD_TIMEOUT: { path: 'hardTimeout', read: read.duration },
  UNO_CACHE_NEGATIVE_TTL: { path: 'negativeTtl', read: read.duration },
  UNO_CACHE_LEASE_TTL: { path: 'leaseTtl', read: read.duration },
  UNO_CACHE_LEASE_WAIT: { path: 'leaseWait', read: read.duration },
  UNO_CACHE_MAX_STALENESS: { path: 'maxStaleness', read: read.duration },
  UNO_CACHE_MEMORY_MAX_ENTRIES: { path: 'memory.maxEntries', read: read.count },
  UNO_CACHE_MEMORY_MAX_BYTES: { path: 'memory.maxBytes', read: read.size },
  UNO_CACHE_FILE_DIRECTORY: { path: 'file.directory', read: read.path },
  UNO_CACHE_FILE_MAX_BYTES: { path: 'file.maxBytes', read: read.size },
  UNO_CACHE_REDIS_URL: { path: 'redis.url', read: read.server },
  UNO_CACHE_REDIS_KEY_PREFIX: { path: 'redis.keyPrefix', read: read.prefix },
  UNO_CACHE_REDIS_COMMAND_TIMEOUT: { path: 'redis.commandTimeout', read: read.duration },
  UNO_CACHE_MONITORING_PORT: { path: 'monitoring.port', read: read.port },
  UNO_CACHE_MONITORING_HOST: { path: 'monitoring.host', read: read.label },
  UNO_CACHE_MONITORING_TOKEN: { path: 'monitoring.token', read: read.token },
});

/** Variables that say nothing without another one. */
export const NEEDS: Readonly<Record<string, string>> = Object.freeze({
  UNO_CACHE_FILE_MAX_BYTES: 'UNO_CACHE_FILE_DIRECTORY',
  UNO_CACHE_REDIS_KEY_PREFIX: 'UNO_CACHE_REDIS_URL',
  UNO_CACHE_REDIS_COMMAND_TIMEOUT: 'UNO_CACHE_REDIS_URL',
  UNO_CACHE_MONITORING_HOST: 'UNO_CACHE_MONITORING_PORT',
  UNO_CACHE_MONITORING_TOKEN: 'UNO_CACHE_MONITORING_PORT',
});
