import type { Clock, Keyspace, Scope, Serializer, Tier, TierAbilities, TierHost, TierUsage } from '@uno-cache/core';
import { CacheError, systemClock } from '@uno-cache/core';
import type { ByteSize, Duration } from '@uno-cache/core/adapter';
import {
  checkName,
  checkOptions,
  checkSerializer,
  durationMs,
  Hosts,
  mismatch,
  readMaxValueBytes,
  scopePrefix,
  taggedJson,
} from '@uno-cache/core/adapter';
import { KeyQueue } from './keyspace/key-queue.ts';
import { MemcachedKeyspace } from './keyspace/memcached-keyspace.ts';
import { VersionClock } from './keyspace/version-clock.ts';
import { Fleet } from './servers/fleet.ts';
import type { MemcachedServers, ServerAddress } from './servers/server-list.ts';
import { serverList } from './servers/server-list.ts';
import { Space } from './space/space.ts';

const DEFAULT_NAME = 'memcached';
const DEFAULT_PREFIX = '';
const DEFAULT_COMMAND_TIMEOUT = '1s';
/** What a timer can wait. */
const MAX_COMMAND_TIMEOUT = '24d';
/** Leaves room for a hash, and for what says of what it is one. */
const MAX_PREFIX = 128;

export interface MemcachedOptions {
  /** Addresses as `host`, `host:port` or `[ipv6]:port`, or a record of addresses and weights. The port is 11211 if left out. */
  readonly servers: MemcachedServers;
  /** @defaultValue `'memcached'` */
  readonly name?: string;
  /** Stands before every key: up to 128 characters of ASCII without white space. @defaultValue `''` */
  readonly keyPrefix?: string;
  /** Of caches and regions that give none. @defaultValue core's tagged JSON */
  readonly serializer?: Serializer;
  /** The longest time that an entry stays in this tier. @defaultValue none */
  readonly ttl?: Duration;
  /** How long one command may take before the cache goes on without the tier: up to 24 days. @defaultValue `'1s'` */
  readonly commandTimeout?: Duration;
  /** The largest value that is taken, as serialized; a larger one is refused with `VALUE_TOO_LARGE`. @defaultValue none */
  readonly maxValueBytes?: ByteSize;
}

const OPTION_NAMES: readonly string[] = Object.freeze([
  'servers',
  'name',
  'keyPrefix',
  'serializer',
  'ttl',
  'commandTimeout',
  'maxValueBytes',
]);

/**
 * A tier on one memcached or many. It leases, so that one process of all loads a key. Connecting begins when a cache
 * asks for something.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memcached } from '@uno-cache/memcached';
 *
 * await using cache = createCache({
 *   namespace: 'shop',
 *   tiers: [memcached({ servers: { 'cache-1:11211': 2, 'cache-2:11211': 1 } })],
 * });
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function memcached(options: MemcachedOptions): Tier {
  checkOptions('memcached()', options, OPTION_NAMES);
  const { name = DEFAULT_NAME, keyPrefix = DEFAULT_PREFIX, serializer = taggedJson, ttl } = options;
  checkName(name, 'name');
  checkPrefix(keyPrefix);
  checkSerializer(serializer, 'serializer');
  const timeoutMs = commandTimeoutMs(options.commandTimeout ?? DEFAULT_COMMAND_TIMEOUT);
  const ttlMs = ttl === undefined ? Infinity : durationMs(ttl, 'ttl');
  const mostValueBytes = readMaxValueBytes(options.maxValueBytes);
  const settings = { name, keyPrefix, serializer, ttlMs, timeoutMs, mostValueBytes };
  return new MemcachedTier(serverList(options.servers), settings);
}

interface Settings {
  readonly name: string;
  readonly keyPrefix: string;
  readonly serializer: Serializer;
  readonly ttlMs: number;
  readonly timeoutMs: number;
  readonly mostValueBytes: number;
}

class MemcachedTier implements Tier {
  readonly name: string;
  readonly can: TierAbilities = Object.freeze({
    shared: true,
    leases: true,
    lists: false,
    persistent: false,
    bytes: true,
  });
  readonly ttlMs?: number;
  readonly commandTimeoutMs: number;
  readonly #addresses: readonly ServerAddress[];
  readonly #settings: Settings;
  readonly #hosts = new Hosts();
  #fleet: Fleet | undefined;
  #queue: KeyQueue | undefined;
  #versions: VersionClock | undefined;
  #isClosed = false;

  constructor(addresses: readonly ServerAddress[], settings: Settings) {
    this.#addresses = addresses;
    this.#settings = settings;
    this.name = settings.name;
    this.commandTimeoutMs = settings.timeoutMs;
    if (settings.ttlMs !== Infinity) this.ttlMs = settings.ttlMs;
  }

  open(scope: Scope, host: TierHost): Keyspace {
    this.#hosts.add(host);
    this.#queue ??= new KeyQueue(host.clock, this.commandTimeoutMs);
    this.#versions ??= new VersionClock(host.clock);
    const { keyPrefix: prefix, serializer, mostValueBytes } = this.#settings;
    return new MemcachedKeyspace({
      fleet: this.#servers(host.clock),
      space: new Space(prefix, scope),
      queue: this.#queue,
      versions: this.#versions,
      scope,
      host,
      serializer: scope.serializer ?? serializer,
      mostValueBytes,
      prefix,
      start: scopePrefix(scope),
    });
  }

  usage(): Promise<TierUsage> {
    return this.#servers(systemClock).usage();
  }

  async ping(): Promise<void> {
    if (this.#isClosed) throw new CacheError('CLOSED', `Tier "${this.name}" is closed.`);
    await this.#servers(systemClock).ping();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#fleet?.close();
  }

  #servers(clock: Clock): Fleet {
    if (this.#fleet === undefined) {
      this.#fleet = new Fleet({
        addresses: this.#addresses,
        prefix: this.#settings.keyPrefix,
        clock,
        timeoutMs: this.#settings.timeoutMs,
        onOutage: (error) => this.#hosts.report({ kind: 'error', error, operation: 'connect' }),
      });
      if (this.#isClosed) void this.#fleet.close();
    }
    return this.#fleet;
  }
}

function commandTimeoutMs(value: Duration): number {
  const ms = durationMs(value, 'commandTimeout');
  if (ms <= durationMs(MAX_COMMAND_TIMEOUT, 'commandTimeout')) return ms;
  throw new TypeError(mismatch('commandTimeout', `a duration of up to ${MAX_COMMAND_TIMEOUT}`, value));
}

function checkPrefix(prefix: unknown): void {
  if (typeof prefix === 'string' && prefix.length <= MAX_PREFIX && /^[\x21-\x7e]*$/.test(prefix)) return;
  throw new TypeError(
    mismatch('keyPrefix', `a string of up to ${MAX_PREFIX} characters of ASCII, without white space`, prefix),
  );
}
