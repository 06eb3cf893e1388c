import type { Bus, BusLink, BusMessage, BusReceiver, Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkBoolean, checkName, checkOptions, scopePrefix } from '@uno-cache/core/adapter';
import type { Client, ClientSource } from '../connection/client-source.ts';
import { clientSource } from '../connection/client-source.ts';
import { Connection } from '../connection/connection.ts';
import { checkPrefix } from '../key-prefix.ts';
import { Tracker } from '../tracking/tracker.ts';
import { vouchedByBoth } from '../tracking/vouched-by-both.ts';
import { encodeMessage } from './stream-message.ts';
import { StreamReader } from './stream-reader.ts';
import { publishScript } from './stream-scripts.ts';

/** About how many messages a stream keeps: a process that misses more while it is cut off drops its near copies. */
export const STREAM_LENGTH = 10_000;

const DEFAULT_NAME = 'redis-bus';
const DEFAULT_CHANNEL = 'bus';
const TIMEOUT_MS = 1_000;

export interface RedisBusOptions {
  /** `redis://`, `rediss://` (TLS), or the path of a socket. @defaultValue `'redis://localhost:6379'` */
  readonly url?: string;
  /** A client of ioredis that the application has already. It is not closed. */
  readonly client?: Client;
  /** Buses hear each other when their server and their channel are the same. @defaultValue `'bus'` */
  readonly channel?: string;
  /**
   * Whether to hear as well of what other programs change, of expiry and of eviction (client-side caching): of the keys of
   * tiers on the same server. @defaultValue `false`
   */
  readonly tracking?: boolean;
  /** The `keyPrefix` of those tiers. @defaultValue `''` */
  readonly keyPrefix?: string;
}

/**
 * A bus on a capped stream: whoever was cut off reads on from where it was, or is told that it missed something. For tiers
 * that bring no bus of their own; `redis()` brings one.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memory } from '@uno-cache/memory';
 * import { redisBus } from '@uno-cache/redis';
 *
 * await using cache = createCache({ tiers: [memory()], bus: redisBus({ url: 'redis://localhost:6379' }) });
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function redisBus(options: RedisBusOptions = {}): Bus {
  checkOptions('redisBus()', options, ['url', 'client', 'channel', 'tracking', 'keyPrefix']);
  const { channel = DEFAULT_CHANNEL, tracking = false, keyPrefix = '', ...where } = options;
  checkPrefix(checkName(channel, 'channel'), 'channel');
  checkPrefix(keyPrefix, 'keyPrefix');
  checkBoolean(tracking, 'tracking');
  const source = clientSource(where, 'redisBus()', TIMEOUT_MS);
  const connection = new Connection(source, 'The bus', TIMEOUT_MS);
  const tracked = tracking ? keyPrefix : undefined;
  return new RedisBus({ name: DEFAULT_NAME, source, connection, prefix: '', channel, tracked, ownsConnection: true });
}

/** @internal */
export class RedisBus implements Bus {
  readonly name: string;
  readonly #connection: Connection;
  readonly #ownsConnection: boolean;
  readonly #source: ClientSource;
  readonly #channel: string;
  readonly #prefix: string;
  /** By namespace in a cluster, where the streams of two are of two slots; else one for all, under `''`. */
  readonly #readers = new Map<string, StreamReader>();
  /** What stands before the keys that are watched; `undefined` when none are. */
  readonly #tracked: string | undefined;
  readonly #trackers = new Map<string, Tracker>();
  #closed = false;

  constructor(init: {
    name: string;
    source: ClientSource;
    connection: Connection;
    prefix: string;
    channel?: string;
    tracked: string | undefined;
    ownsConnection: boolean;
  }) {
    const { name, source, connection, prefix, channel = DEFAULT_CHANNEL, tracked, ownsConnection } = init;
    this.name = name;
    this.#connection = connection;
    this.#ownsConnection = ownsConnection;
    this.#tracked = tracked;
    this.#source = source;
    this.#channel = channel;
    this.#prefix = prefix;
  }

  /** The stream of a namespace; no entry's key begins as it does. In a cluster namespaces spread over the masters. */
  streamOf(namespace: string): string {
    // Escaped, so that no other two give the same name.
    const [channel, name] = scopePrefix({ namespace: this.#channel, region: namespace }).split(':');
    return this.#prefix + (this.#connection.isCluster ? `%bus{${channel}:${name}}` : `%bus{${channel}}:${name}`);
  }

  #readerOf(namespace: string): StreamReader {
    const id = this.#connection.isCluster ? namespace : '';
    const reader = this.#readers.get(id) ?? new StreamReader(this.#source, this.#connection.timeoutMs);
    this.#readers.set(id, reader);
    return reader;
  }

  /** Publishes without having joined. */
  async publish(namespace: string, message: BusMessage): Promise<void> {
    this.#assertOpen();
    await this.#publish(this.streamOf(namespace), 'm', encodeMessage(message));
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    const reader = this.#readerOf(namespace);
    const [blocked] = reader.isBlocked ? reader.keys : [];
    const leave = this.#closed ? () => {} : this.#listen(reader, namespace, receiver, clock);
    // A read that waits for other streams does not hear of this one before it ends.
    if (blocked !== undefined) this.#nudge(blocked).catch(() => {});
    let left = false;
    return {
      publish: (message: BusMessage) => this.publish(namespace, message),
      leave: () => {
        if (left) return;
        left = true;
        leave();
        this.#forget(namespace);
      },
    };
  }

  /** Another server answers than before. */
  replaced(): void {
    for (const tracker of this.#trackers.values()) tracker.renew();
  }

  async ping(): Promise<void> {
    this.#assertOpen();
    const readers = [...this.#readers.values()].filter(({ keys }) => keys.length > 0);
    if (readers.length === 0) return this.#connection.ping();
    await Promise.all(
      readers.map(async (reader) => {
        const [stream] = reader.keys;
        await reader.reached(stream!, await this.#connection.inTime(this.#nudge(stream!)));
      }),
    );
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers.values()) reader.close();
    for (const tracker of this.#trackers.values()) tracker.close();
    if (this.#ownsConnection) this.#connection.close();
  }

  /** @returns what ends it. */
  #listen(reader: StreamReader, namespace: string, receiver: BusReceiver, clock: Clock): () => void {
    const stream = this.streamOf(namespace);
    if (this.#tracked === undefined) return reader.listen(stream, receiver, clock);
    const tracker = this.#trackers.get(namespace) ?? new Tracker(this.#connection, this.#tracked, namespace);
    this.#trackers.set(namespace, tracker);
    const [told, watched] = vouchedByBoth(receiver);
    const ends = [reader.listen(stream, told, clock), tracker.listen(watched, clock)];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Ends what nobody listens through any more. */
  #forget(namespace: string): void {
    for (const [id, reader] of this.#readers) {
      if (reader.keys.length > 0) continue;
      reader.close();
      this.#readers.delete(id);
    }
    if (this.#trackers.get(namespace)?.isHeard === false) this.#trackers.delete(namespace);
  }

  /** Says nothing, so that readers look. */
  #nudge(stream: string): Promise<string> {
    return this.#publish(stream, 'n', '');
  }

  async #publish(stream: string, field: string, value: string): Promise<string> {
    return String(await this.#connection.script(publishScript, [stream], [STREAM_LENGTH, field, value]));
  }

  #assertOpen(): void {
    if (this.#closed) throw new CacheError('CLOSED', 'The bus has been closed.');
  }
}
