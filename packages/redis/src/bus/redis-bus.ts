import type { Bus, BusLink, BusMessage, BusReceiver, Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkName, checkOptions } from '@uno-cache/core/adapter';
import type { Client, ClientSource } from '../connection/client-source.ts';
import { clientSource } from '../connection/client-source.ts';
import { Connection } from '../connection/connection.ts';
import { checkPrefix } from '../key-prefix.ts';
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
  checkOptions('redisBus()', options, ['url', 'client', 'channel']);
  const { channel = DEFAULT_CHANNEL, ...where } = options;
  checkPrefix(checkName(channel, 'channel'), 'channel');
  const source = clientSource(where, 'redisBus()', TIMEOUT_MS);
  const connection = new Connection(source, 'The bus', TIMEOUT_MS);
  return new RedisBus({ name: DEFAULT_NAME, source, connection, prefix: '', channel, ownsConnection: true });
}

/** @internal */
export class RedisBus implements Bus {
  readonly name: string;
  readonly #connection: Connection;
  readonly #ownsConnection: boolean;
  readonly #reader: StreamReader;
  /** What the key of every stream begins with; no entry's key does. In a cluster all of them are of one slot. */
  readonly #start: string;
  #closed = false;

  constructor(init: {
    name: string;
    source: ClientSource;
    connection: Connection;
    prefix: string;
    channel?: string;
    ownsConnection: boolean;
  }) {
    const { name, source, connection, prefix, channel = DEFAULT_CHANNEL, ownsConnection } = init;
    this.name = name;
    this.#connection = connection;
    this.#ownsConnection = ownsConnection;
    this.#reader = new StreamReader(source, connection.timeoutMs);
    this.#start = `${prefix}%bus{${channel}}:`;
  }

  /** The stream of a namespace. */
  streamOf(namespace: string): string {
    return this.#start + namespace;
  }

  /** Publishes without having joined. */
  async publish(namespace: string, message: BusMessage): Promise<void> {
    this.#assertOpen();
    await this.#publish(this.streamOf(namespace), 'm', encodeMessage(message));
  }

  join(namespace: string, receiver: BusReceiver, clock: Clock): BusLink {
    const stream = this.streamOf(namespace);
    const [blocked] = this.#reader.isBlocked ? this.#reader.keys : [];
    const leave = this.#closed ? () => {} : this.#reader.listen(stream, receiver, clock);
    // A read that waits for other streams does not hear of this one before it ends.
    if (blocked !== undefined) this.#nudge(blocked).catch(() => {});
    let left = false;
    return {
      publish: (message: BusMessage) => this.publish(namespace, message),
      leave: () => {
        if (left) return;
        left = true;
        leave();
      },
    };
  }

  async ping(): Promise<void> {
    this.#assertOpen();
    const streams = this.#reader.keys;
    if (streams.length === 0) return this.#connection.ping();
    const [stream] = streams;
    await this.#reader.reached(stream!, await this.#connection.inTime(this.#nudge(stream!)));
  }

  close(): void {
    this.#closed = true;
    this.#reader.close();
    if (this.#ownsConnection) this.#connection.close();
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
