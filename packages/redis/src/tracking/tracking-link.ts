import type { Redis } from 'ioredis';
import { inTime } from '../connection/in-time.ts';

/** Where a server tells connections of the old protocol which keys have changed. */
const CHANNEL = '__redis__:invalidate';

export interface TrackingWatcher {
  /** Keys that anybody changed, or that expired or were evicted. */
  changed(names: readonly string[]): void;
  /** All keys are gone. */
  flushed(): void;
  /** What is changed from now on is not heard of. */
  lost(): void;
}

/**
 * One connection on which a server tells of changed keys. It is both the one that tracks and the one that is told, so
 * that the two cannot be lost one without the other. The protocol is the old one, because ioredis passes on no pushes of
 * the new.
 */
export class TrackingLink {
  readonly #client: Redis;
  readonly #timeoutMs: number;
  readonly #watcher: TrackingWatcher;
  #isLost = false;

  /** @param server - a client of the server; the connection is made with its options. */
  constructor(server: Redis, timeoutMs: number, watcher: TrackingWatcher) {
    this.#timeoutMs = timeoutMs;
    this.#watcher = watcher;
    this.#client = server.duplicate({
      protocol: 2,
      lazyConnect: true,
      retryStrategy: () => null,
      enableOfflineQueue: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      // The link has deadlines of its own, and is silent by intent.
      socketTimeout: undefined,
      commandTimeout: undefined,
    } as object);
    this.#client.on('error', () => {});
    this.#client.on('close', () => this.close());
    this.#client.on('messageBuffer', (_channel: Buffer, names: unknown) => {
      if (Array.isArray(names)) watcher.changed(names.map(String));
      else watcher.flushed();
    });
  }

  /** Resolves once changes of keys that begin with one of the prefixes are told. */
  async open(prefixes: readonly string[]): Promise<void> {
    await this.#inTime(this.#begin(prefixes));
  }

  /** Resolves when everything that was told before this moment has been heard. */
  async ping(): Promise<void> {
    await this.#inTime(this.#client.ping());
  }

  /** Idempotent; the watcher hears of it. */
  close(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#client.disconnect();
    this.#watcher.lost();
  }

  async #begin(prefixes: readonly string[]): Promise<void> {
    await this.#client.connect();
    const id = await this.#client.client('ID');
    const wanted = prefixes.flatMap((prefix) => ['PREFIX', prefix]);
    await this.#client.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', ...wanted);
    await this.#client.subscribe(CHANNEL);
  }

  async #inTime(answer: Promise<unknown>): Promise<void> {
    try {
      await inTime(answer, this.#timeoutMs, () => {});
    } catch (error) {
      this.close();
      throw error;
    }
  }
}
