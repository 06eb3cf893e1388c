import { CacheError } from '@uno-cache/core';
import type { Client, ClientSource } from '../connection/client-source.ts';
import { inTime } from '../connection/in-time.ts';
import { Readiness } from '../connection/readiness.ts';

/** What the scripts publish to when a lease ends that somebody waits for: this and the key. */
const CHANNEL = '%wake:';

/**
 * Wakes those who wait for a lease of another process. One connection, opened when somebody waits for the first time,
 * subscribed to the keys that are waited for at the time.
 */
export class Wakes {
  readonly #source: ClientSource;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<string, Set<() => void>>();
  #client: Client | undefined;
  #readiness: Readiness | undefined;
  #closed = false;

  constructor(source: ClientSource, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Resolves when the end of the key's lease was published, when what `look` gives has passed, on abort, and when the
   * connection goes, for then nobody knows.
   *
   * @param look - asked once the channel is heard: how long the lease may still last, in milliseconds.
   */
  async wait(key: string, signal: AbortSignal, look: () => Promise<number>): Promise<void> {
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    signal.addEventListener('abort', wake, { once: true });
    const channel = CHANNEL + key;
    let timer: NodeJS.Timeout | undefined;
    this.#add(channel, wake);
    try {
      await Promise.race([woken, this.#subscribe(channel)]);
      const left = await Promise.race([woken, look()]);
      if (left === undefined || left <= 0) return;
      timer = setTimeout(wake, left);
      await woken;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      this.#remove(channel, wake);
    }
  }

  close(): void {
    this.#closed = true;
    for (const wakes of this.#waiting.values()) for (const wake of wakes) wake();
    this.#readiness?.close(new Error('closed'));
    this.#client?.disconnect();
  }

  async #subscribe(channel: string): Promise<void> {
    const client = this.#open();
    if (client.status !== 'ready') await this.#readiness!.wait();
    await inTime(client.subscribe(channel), this.#timeoutMs, () => this.#giveUp(client));
  }

  /** Who waits asks again; the next one to wait opens a new connection. */
  #giveUp(client: Client): void {
    if (this.#client !== client) return;
    this.#readiness?.close(new CacheError('TIER_FAILED', 'The connection was given up.'));
    this.#client = undefined;
    client.disconnect();
    this.#wakeAll();
  }

  #open(): Client {
    if (this.#closed) throw new Error('closed');
    if (this.#client === undefined) {
      const client = this.#source.openDedicated();
      this.#client = client;
      this.#readiness = new Readiness(client, this.#timeoutMs);
      // Whoever waited while the connection was away may have missed the end.
      client.on('close', () => {
        if (this.#client === client) this.#wakeAll();
      });
      client.on('message', (channel: string) => this.#wakeAll(channel));
      client.connect().catch(() => {});
    }
    return this.#client;
  }

  #wakeAll(channel?: string): void {
    const woken = channel === undefined ? [...this.#waiting.values()] : [this.#waiting.get(channel) ?? []];
    for (const wakes of woken) for (const wake of [...wakes]) wake();
  }

  #add(channel: string, wake: () => void): void {
    const wakes = this.#waiting.get(channel);
    if (wakes === undefined) this.#waiting.set(channel, new Set([wake]));
    else wakes.add(wake);
  }

  #remove(channel: string, wake: () => void): void {
    const wakes = this.#waiting.get(channel);
    wakes?.delete(wake);
    if (wakes?.size !== 0) return;
    this.#waiting.delete(channel);
    if (this.#client?.status === 'ready') this.#client.unsubscribe(channel).catch(() => {});
  }
}
