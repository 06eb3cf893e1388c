import type {
  Bus,
  Keyspace,
  Scope,
  Serializer,
  Tier,
  TierAbilities,
  TierHost,
  TierReport,
  TierUsage,
} from '@uno-cache/core';
import type { ByteSize, Duration } from '@uno-cache/core/adapter';
import {
  checkBoolean,
  checkName,
  checkOneOf,
  checkOptions,
  checkSerializer,
  durationMs,
  readMaxValueBytes,
  scopePrefix,
  taggedJson,
} from '@uno-cache/core/adapter';
import { RedisBus, STREAM_LENGTH } from './bus/redis-bus.ts';
import { encodeMessage } from './bus/stream-message.ts';
import type { ClientOptions, ClientSource } from './connection/client-source.ts';
import { clientSource } from './connection/client-source.ts';
import { Connection } from './connection/connection.ts';
import { ServerTime } from './connection/server-time.ts';
import { serverUsage } from './connection/server-usage.ts';
import { checkPrefix } from './key-prefix.ts';
import type { KeyspaceContext } from './keyspace/keyspace-context.ts';
import { messageOf } from './keyspace/keyspace-context.ts';
import { OpenScope } from './keyspace/open-scope.ts';
import { RawKeyspace } from './keyspace/raw-keyspace.ts';
import { ReadBatch } from './keyspace/read-batch.ts';
import { RedisKeyspace } from './keyspace/redis-keyspace.ts';
import { Replay } from './keyspace/replay.ts';
import { Wakes } from './keyspace/wakes.ts';
import { receivedError } from './sync/sent-error.ts';
import { SyncBridge } from './sync/sync-bridge.ts';
import { SyncKeyspace } from './sync/sync-keyspace.ts';
import type { WorkerSettings } from './sync/sync-request.ts';

const DEFAULT_NAME = 'redis';
const DEFAULT_PREFIX = '';
const DEFAULT_COMMAND_TIMEOUT = '1s';

export interface RedisOptions extends ClientOptions {
  /** @defaultValue `'redis'` */
  readonly name?: string;
  /** Stands before every key, and before the bus's. Without `* ? [ ] \`. @defaultValue `''` */
  readonly keyPrefix?: string;
  /** Of caches and regions that give none. @defaultValue core's tagged JSON */
  readonly serializer?: Serializer;
  /** The longest time that an entry stays in this tier. @defaultValue none */
  readonly ttl?: Duration;
  /** How long one command may take before the cache goes on without the tier. @defaultValue `'1s'` */
  readonly commandTimeout?: Duration;
  /**
   * `raw` stores the serializer's bytes alone, for keys that programs in other languages share: no leases, no tags, no
   * stale windows, no negative entries. @defaultValue `'entry'`
   */
  readonly format?: 'entry' | 'raw';
  /**
   * Whether `cache.sync` can use the tier: a worker thread asks the server while this one sleeps, for at most
   * `commandTimeout`. Not with `client`, which belongs to this thread. @defaultValue `false`
   */
  readonly sync?: boolean;
  /** Whether it brings a bus, so that near tiers of other processes hear of changes. @defaultValue `true` */
  readonly bus?: boolean;
  /**
   * Whether the bus tells as well of what other programs change, of expiry and of eviction (client-side caching, by
   * `CLIENT TRACKING`). Takes a connection more, to each server. @defaultValue `false`
   */
  readonly tracking?: boolean;
  /** The largest value that is taken, as serialized; a larger one is refused with `VALUE_TOO_LARGE`. @defaultValue none */
  readonly maxValueBytes?: ByteSize;
}

const OPTION_NAMES: readonly string[] = Object.freeze([
  'name',
  'url',
  'client',
  'cluster',
  'sentinel',
  'keyPrefix',
  'serializer',
  'ttl',
  'commandTimeout',
  'format',
  'sync',
  'bus',
  'tracking',
  'maxValueBytes',
]);

/**
 * A tier on Redis or Valkey: one server, a master found by Sentinels, or a cluster. It leases, so that one process of all
 * loads a key, and brings a bus. Connecting begins when a cache opens it.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memory } from '@uno-cache/memory';
 * import { redis } from '@uno-cache/redis';
 *
 * await using cache = createCache({
 *   namespace: 'shop',
 *   tiers: [memory({ maxEntries: 10_000 }), redis({ url: 'redis://localhost:6379' })],
 * });
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function redis(options: RedisOptions = {}): Tier {
  checkOptions('redis()', options, OPTION_NAMES);
  const {
    name = DEFAULT_NAME,
    keyPrefix = DEFAULT_PREFIX,
    serializer = taggedJson,
    ttl,
    bus = true,
    format = 'entry',
    sync = false,
    tracking = false,
  } = options;
  checkName(name, 'name');
  checkPrefix(keyPrefix, 'keyPrefix');
  checkSerializer(serializer, 'serializer');
  checkBoolean(bus, 'bus');
  if (checkBoolean(tracking, 'tracking') && !bus) throw new TypeError('tracking needs the bus: not with bus: false');
  checkOneOf(format, 'format', ['entry', 'raw']);
  const timeoutMs = durationMs(options.commandTimeout ?? DEFAULT_COMMAND_TIMEOUT, 'commandTimeout');
  const ttlMs = ttl === undefined ? Infinity : durationMs(ttl, 'ttl');
  const source = clientSource(options, 'redis()', timeoutMs);
  const syncOptions = checkBoolean(sync, 'sync') ? sentOptions(options) : undefined;
  const mostValueBytes = readMaxValueBytes(options.maxValueBytes);
  const settings = {
    name,
    keyPrefix,
    serializer,
    ttlMs,
    timeoutMs,
    bus,
    tracking,
    format,
    mostValueBytes,
    syncOptions,
  };
  return new RedisTier(source, settings);
}

interface Settings {
  readonly name: string;
  readonly keyPrefix: string;
  readonly serializer: Serializer;
  readonly ttlMs: number;
  readonly timeoutMs: number;
  readonly bus: boolean;
  readonly tracking: boolean;
  readonly format: 'entry' | 'raw';
  readonly mostValueBytes: number;
  /** What a worker makes the tier of; `undefined` without a sync view. */
  readonly syncOptions: WorkerSettings['options'] | undefined;
}

class RedisTier implements Tier {
  readonly name: string;
  readonly can: TierAbilities;
  readonly ttlMs?: number;
  readonly commandTimeoutMs: number;
  readonly bus?: Bus;
  readonly sync?: Pick<Tier, 'open'>;
  readonly #settings: Settings;
  readonly #connection: Connection;
  readonly #bus: RedisBus | undefined;
  readonly #wakes: Wakes;
  readonly #scopes = new Map<string, OpenScope>();
  readonly #bridge: SyncBridge | undefined;
  #time: ServerTime | undefined;
  #reads: ReadBatch | undefined;

  constructor(source: ClientSource, settings: Settings) {
    const { name, keyPrefix, ttlMs, timeoutMs } = settings;
    this.#settings = settings;
    this.name = name;
    this.commandTimeoutMs = timeoutMs;
    if (ttlMs !== Infinity) this.ttlMs = ttlMs;
    const connection = new Connection(source, `Tier "${name}"`, timeoutMs, {
      broke: (error) => this.#report({ kind: 'error', error, operation: 'connect' }),
      replaced: () => {
        this.#bus?.replaced();
        for (const { replay } of this.#scopes.values()) replay?.begin();
      },
      greet: async (client) => this.#time?.ask(client),
    });
    this.#connection = connection;
    this.#wakes = new Wakes(source, timeoutMs);
    if (settings.bus) {
      const tracked = settings.tracking ? keyPrefix : undefined;
      const own = { name: `${name}-bus`, prefix: keyPrefix, ownsConnection: false };
      this.#bus = new RedisBus({ ...own, source, connection, tracked });
      this.bus = this.#bus;
    }
    // A script may only touch keys of one slot, and an entry and the stream are of two.
    const announces = this.#bus !== undefined && !source.isCluster && settings.format === 'entry';
    this.can = Object.freeze({
      shared: true,
      leases: settings.format === 'entry',
      lists: true,
      persistent: true,
      bytes: true,
      announces,
      blocking: settings.syncOptions !== undefined,
    });
    if (settings.syncOptions !== undefined) {
      this.#bridge = new SyncBridge(settings.syncOptions, ({ error, ...about }) => {
        this.#report({ kind: 'error', error: receivedError(error), ...about });
      });
      this.sync = { open: (scope, host) => this.#openSync(scope, host) };
    }
  }

  #openSync(scope: Scope, host: TierHost): Keyspace {
    this.#scopeOf(scope).openedBy(host);
    return new SyncKeyspace({
      bridge: this.#bridge!,
      scope,
      host,
      serializer: scope.serializer ?? this.#settings.serializer,
      timeoutMs: this.commandTimeoutMs,
      announce: host.announce && this.can.announces === true,
      leases: this.can.leases,
    });
  }

  open(scope: Scope, host: TierHost): Keyspace {
    this.#time ??= new ServerTime(host.clock);
    const open = this.#scopeOf(scope);
    open.openedBy(host);
    const context = this.#contextOf(scope, host, this.#time);
    if (this.#settings.format === 'raw') return new RawKeyspace(context);
    open.replay ??= this.#replayOf(scope, open, this.#time);
    return new RedisKeyspace(context, open.recent);
  }

  /** With a keyspace of its own, that keeps no cache alive. */
  #replayOf(scope: Scope, open: OpenScope, time: ServerTime): Replay {
    const report = (report: TierReport): void => {
      for (const host of open.hosts()) host.report(report);
    };
    const { namespace, region } = scope;
    const host: TierHost = { clock: time.clock, sender: '', announce: false, report };
    const context = this.#contextOf({ namespace, region }, host, time);
    return new Replay(new RedisKeyspace(context, open.recent), open.recent, context);
  }

  #scopeOf(scope: Scope): OpenScope {
    for (const [id, { isIdle }] of this.#scopes) if (isIdle) this.#scopes.delete(id);
    const id = scopePrefix(scope);
    const open = this.#scopes.get(id) ?? new OpenScope();
    this.#scopes.set(id, open);
    return open;
  }

  #report(report: TierReport): void {
    for (const open of this.#scopes.values()) for (const host of open.hosts()) host.report(report);
  }

  #contextOf(scope: Scope, host: TierHost, time: ServerTime): KeyspaceContext {
    const stream = host.announce && this.can.announces ? this.#bus?.streamOf(scope.namespace) : undefined;
    this.#reads ??= new ReadBatch(this.#connection, time.clock);
    return {
      connection: this.#connection,
      reads: this.#reads,
      wakes: this.#wakes,
      time,
      scope,
      host,
      serializer: scope.serializer ?? this.#settings.serializer,
      mostValueBytes: this.#settings.mostValueBytes,
      start: scopePrefix(scope),
      prefix: this.#settings.keyPrefix,
      stream,
      announcement: (change) => {
        if (stream === undefined) return undefined;
        return [encodeMessage(messageOf(change, scope, host.sender)), STREAM_LENGTH];
      },
      publish: async (message) => {
        await this.#bus?.publish(scope.namespace, { ...message, sender: '', region: scope.region, at: 0 });
      },
    };
  }

  usage(): Promise<TierUsage> {
    return serverUsage(this.#connection);
  }

  async ping(): Promise<void> {
    await this.#connection.ping();
  }

  close(): void {
    this.#bus?.close();
    this.#wakes.close();
    this.#reads?.close();
    this.#bridge?.close();
    this.#connection.close();
    for (const { replay } of this.#scopes.values()) replay?.close();
    this.#scopes.clear();
  }
}

/** The options as they can be sent to a worker, which makes a tier of its own of them. */
function sentOptions(options: RedisOptions): WorkerSettings['options'] {
  const { client, serializer: _, sync: __, ...rest } = options;
  if (client !== undefined) throw new TypeError('sync needs url, cluster or sentinel: a client belongs to this thread');
  try {
    return structuredClone(rest);
  } catch (cause) {
    throw new TypeError('sync needs options that can be sent to a worker, without functions', { cause });
  }
}
