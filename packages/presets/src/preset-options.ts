import type { ByteSize, CacheOptions, Duration, Serializer, Tier } from '@uno-cache/core';
import type { MemoryOptions } from '@uno-cache/memory';

/**
 * What is to be otherwise than a preset has it: options of the cache, and of the tiers that the preset makes. Tiers are
 * read in the order memory, file, redis.
 *
 * @typeParam R - names of the regions.
 */
export interface PresetOptions<R extends string = string> extends CacheOptions<R> {
  /** Put over what the preset says of the memory tier; a tier stands in its place, `false` leaves it out. */
  readonly memory?: MemoryOptions | Tier | false;
  /** Adds a tier in a directory. Needs `@uno-cache/file`, unless it is a tier. @defaultValue none */
  readonly file?: string | FileSettings | Tier | false;
  /** Adds a tier on a server: its URL is enough. Needs `@uno-cache/redis`, unless it is a tier. @defaultValue none */
  readonly redis?: string | RedisSettings | Tier | false;
  /** Attaches a monitor, and with a `port` serves it. Needs `@uno-cache/monitoring`. @defaultValue none */
  readonly monitoring?: MonitoringSettings | false;
  /** Stands in the place of all tiers of the preset. Not with `memory`, `file` or `redis`. */
  readonly tiers?: readonly Tier[];
}

/** Says where processes share entries; `redis: false` alone that there is one process, or that each is for itself. */
export type SharedTierChoice =
  | Required<Pick<PresetOptions, 'redis'>>
  | Required<Pick<PresetOptions, 'file'>>
  | Required<Pick<PresetOptions, 'tiers'>>;

/*
 * Spelled out rather than imported: an application without the package has to be able to read these types. What needs
 * types of ioredis (clients, clusters, Sentinels) is given as a tier, and a monitor with a registry or rules of its own as one
 * of the `extensions`.
 */

/** The options of `redis()` that need no client: see there. */
export interface RedisSettings {
  /** `redis://`, `rediss://` (TLS), or the path of a socket. */
  readonly url: string;
  readonly name?: string;
  readonly keyPrefix?: string;
  readonly serializer?: Serializer;
  readonly ttl?: Duration;
  readonly maxValueBytes?: ByteSize;
  readonly commandTimeout?: Duration;
  readonly format?: 'entry' | 'raw';
  readonly sync?: boolean;
  readonly bus?: boolean;
}

/** The options of `file()`: see there. */
export interface FileSettings {
  readonly directory: string;
  readonly name?: string;
  readonly maxBytes?: ByteSize;
  readonly maxEntries?: number;
  readonly maxValueBytes?: ByteSize;
  readonly serializer?: Serializer;
  readonly ttl?: Duration;
  readonly durability?: 'process' | 'reboot' | 'power';
  readonly bus?: boolean;
}

/** The options of `monitoring()` that are plain values: see there. */
export interface MonitoringSettings {
  readonly port?: number;
  readonly host?: string;
  readonly token?: string;
  readonly interval?: Duration;
  readonly history?: Duration;
  readonly topKeys?: number;
  readonly slowProbe?: Duration;
  readonly maxBusLag?: Duration;
  readonly recoverAfter?: Duration;
  readonly readiness?: 'lenient' | 'strict';
}
