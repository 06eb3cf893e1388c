import { checkOptions, mismatch, show } from '@uno-cache/core/adapter';
import type { ClusterNode, ClusterOptions, RedisOptions as IoredisOptions } from 'ioredis';
import { Cluster, Redis } from 'ioredis';
import type { ServerAddress } from './server-address.ts';
import { checkNodes, checkSentinels, checkUrl } from './server-address.ts';

/** A client of ioredis, of one server (or what Sentinels say is the master) or of a cluster. */
export type Client = Redis | Cluster;

/** Masters of a cluster to begin with, or these with options of ioredis. */
export type ClusterSource =
  | readonly ClusterNode[]
  | { readonly nodes: readonly ClusterNode[]; readonly options?: ClusterOptions };

export interface SentinelSource {
  readonly sentinels: readonly ServerAddress[];
  /** The name of the master's group. */
  readonly name: string;
  /** Further options of ioredis, such as `password`, `sentinelPassword`, `db`. */
  readonly options?: Omit<IoredisOptions, 'sentinels' | 'name' | 'role'>;
}

/** Where a server is: one of these. */
export interface ClientOptions {
  /**
   * `redis://`, `rediss://` (TLS), or the path of a socket; as parameters `family`, `db`, `connectionName`, `username` and
   * `password`. @defaultValue `'redis://localhost:6379'`
   */
  readonly url?: string;
  /** A client of ioredis that the application has already. It is not closed. */
  readonly client?: Client;
  readonly cluster?: ClusterSource;
  readonly sentinel?: SentinelSource;
}

/** Makes clients to one place. */
export interface ClientSource {
  readonly isCluster: boolean;
  /** Whether `open` gives a client that has to be closed. */
  readonly owns: boolean;
  /** The client that commands go through; connecting begins with the first command. */
  open(): Client;
  /** A client of its own for what blocks or subscribes; it has to be closed. */
  openDedicated(): Client;
}

const DEFAULT_URL = 'redis://localhost:6379';
const SOURCES = ['url', 'client', 'cluster', 'sentinel'] as const;
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 1_000;
/** Between two attempts in a cluster while a master is away, */
const DOWN_RETRY_MS = 100;
/** and while the keys of one command are on two of them, after which each is asked for by itself. */
const TRY_AGAIN_RETRY_MS = 5;
/** How long a connection that is closed may take to end; a process with a closed cache waits for no longer. */
const DISCONNECT_MS = 50;

/** Of a client for what blocks or subscribes: nothing is pipelined behind what blocks, and answers have one form. */
const AS_EXPECTED = Object.freeze({ enableAutoPipelining: false, stringNumbers: false, replyMapping: 'legacy' });

/**
 * @param timeoutMs - after which a connection that does not answer is given up.
 * @throws TypeError when there is more than one source, or one that cannot be used.
 */
export function clientSource(options: ClientOptions, owner: string, timeoutMs: number): ClientSource {
  const given = SOURCES.filter((name) => options[name] !== undefined);
  if (given.length > 1) throw new TypeError(`${owner}: give one of ${list(SOURCES)}; got ${list(given)}`);
  const { client, cluster, sentinel, url = DEFAULT_URL } = options;
  if (client !== undefined) return givenSource(checkClient(client));
  if (cluster !== undefined) return clusterSource(cluster, timeoutMs);
  if (sentinel !== undefined) return sentinelSource(sentinel, timeoutMs);
  return urlSource(checkUrl(url), timeoutMs);
}

function urlSource(url: string, timeoutMs: number): ClientSource {
  return ownSource((defaults) => new Redis(url, defaults as object), timeoutMs);
}

function sentinelSource(sentinel: SentinelSource, timeoutMs: number): ClientSource {
  checkOptions('sentinel', sentinel, ['sentinels', 'name', 'options']);
  const { sentinels, name, options = {} } = sentinel;
  const addresses = checkSentinels(sentinels);
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(mismatch('sentinel.name', 'the name of a master', name));
  }
  checkMasterOnly({ options: checkSettings(options, 'sentinel.options') }, 'sentinel.options');
  const settled: IoredisOptions = {
    // Learns of a failover from the Sentinels, and not only from the old master's errors.
    failoverDetector: true,
    sentinelCommandTimeout: timeoutMs,
    sentinelRetryStrategy: retryDelay,
    ...options,
    sentinels: [...addresses],
    name,
    role: 'master',
  };
  return ownSource((defaults, fixed) => new Redis({ ...defaults, ...settled, ...fixed } as object), timeoutMs);
}

function clusterSource(cluster: ClusterSource, timeoutMs: number): ClientSource {
  const { nodes, options = {} } = checkCluster(cluster);
  const open = (dedicated: boolean): Cluster =>
    new Cluster([...nodes], {
      clusterRetryStrategy: retryDelay,
      slotsRefreshTimeout: timeoutMs,
      // A master that went away is waited for less long than a command may take, so that its error says why.
      retryDelayOnClusterDown: DOWN_RETRY_MS,
      retryDelayOnFailover: DOWN_RETRY_MS,
      retryDelayOnTryAgain: TRY_AGAIN_RETRY_MS,
      maxRedirections: Math.max(4, Math.min(16, Math.floor((0.8 * timeoutMs) / DOWN_RETRY_MS))),
      ...options,
      ...(dedicated ? { enableAutoPipelining: false } : {}),
      lazyConnect: true,
      redisOptions: {
        connectTimeout: timeoutMs,
        disconnectTimeout: DISCONNECT_MS,
        // A node that says nothing for so long is given up; what blocks or subscribes has deadlines of its own.
        ...(dedicated ? {} : { socketTimeout: 2 * timeoutMs }),
        ...options.redisOptions,
        ...(dedicated ? AS_EXPECTED : {}),
      },
    } as object);
  return { isCluster: true, owns: true, open: () => open(false), openDedicated: () => open(true) };
}

function ownSource(create: (defaults: IoredisOptions, fixed: object) => Redis, timeoutMs: number): ClientSource {
  const open = (fixed: object): Redis => create(standaloneOptions(timeoutMs), fixed);
  return { isCluster: false, owns: true, open: () => open({}), openDedicated: () => open(AS_EXPECTED) };
}

/**
 * As the application has set it up: what waits while there is no connection, what is sent again and how often, and when a
 * silent connection is given up, is its own. The tier's deadlines hold all the same.
 */
function givenSource(client: Client): ClientSource {
  const patient = {
    disconnectTimeout: DISCONNECT_MS,
    // What blocks answers late by intent.
    socketTimeout: undefined,
    commandTimeout: undefined,
    ...AS_EXPECTED,
  };
  const openDedicated = (): Client =>
    client.isCluster
      ? (client as Cluster).duplicate([], {
          lazyConnect: true,
          enableAutoPipelining: false,
          redisOptions: patient,
        } as object)
      : (client as Redis).duplicate({ ...patient, lazyConnect: true, retryStrategy: retryDelay } as object);
  return { isCluster: client.isCluster, owns: false, open: () => client, openDedicated };
}

function retryDelay(times: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), LAST_RETRY_MS);
}

/** Nothing waits longer than the caller does: no queue while there is no connection, nothing sent again after it broke. */
function standaloneOptions(timeoutMs: number): IoredisOptions {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    disconnectTimeout: DISCONNECT_MS,
    retryStrategy: retryDelay,
    // After a failover the connection may still lead to what has become a replica.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function checkCluster(cluster: ClusterSource): Exclude<ClusterSource, readonly ClusterNode[]> {
  if (Array.isArray(cluster)) return { nodes: checkNodes(cluster, 'cluster') };
  checkOptions('cluster', cluster, ['nodes', 'options']);
  const { nodes, options = {} } = cluster as Exclude<ClusterSource, readonly ClusterNode[]>;
  checkMasterOnly({ options: checkSettings(options, 'cluster.options') }, 'cluster.options');
  return { nodes: checkNodes(nodes, 'cluster.nodes'), options };
}

/** Settings of ioredis, which are its own to know. */
function checkSettings<T>(options: T, option: string): T & object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  throw new TypeError(mismatch(option, 'an object with options of ioredis', options));
}

function checkClient(client: unknown): Client {
  const { duplicate, callBuffer, pipeline, status, options } = (client ?? {}) as Partial<Redis>;
  const isIoredis =
    typeof duplicate === 'function' &&
    typeof callBuffer === 'function' &&
    typeof pipeline === 'function' &&
    typeof status === 'string' &&
    typeof options === 'object';
  if (!isIoredis) throw new TypeError(`client must be a client of ioredis, Redis or Cluster; got ${show(client)}`);
  checkMasterOnly(client as Client, 'client');
  return client as Client;
}

/** Reads go to masters: a replica lags behind what has been confirmed. */
function checkMasterOnly(client: { options: object }, owner: string): void {
  const options = client.options as ClusterOptions & IoredisOptions;
  if (options.scaleReads !== undefined && options.scaleReads !== 'master') {
    throw new TypeError(`${owner}: ${mismatch('scaleReads', '"master"', options.scaleReads)}`);
  }
  if (options.role !== undefined && options.role !== 'master') {
    throw new TypeError(`${owner}: ${mismatch('role', '"master"', options.role)}`);
  }
  if (options.readOnly) throw new TypeError(`${owner}: ${mismatch('readOnly', 'false', options.readOnly)}`);
  if (options.keyPrefix || (options.redisOptions as IoredisOptions | undefined)?.keyPrefix) {
    throw new TypeError(`${owner} must have no keyPrefix: give it to the tier, which has to know it for patterns`);
  }
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}
