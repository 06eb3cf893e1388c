import { CacheError } from '@uno-cache/core';
import type { Cluster, Redis } from 'ioredis';
import type { Script } from '../scripts/script.ts';
import type { Client, ClientSource } from './client-source.ts';
import { inTime } from './in-time.ts';
import { Readiness } from './readiness.ts';
import type { Argument } from './run-script.ts';
import { runScript } from './run-script.ts';
import { explained } from './server-error.ts';
import { watchIdentity } from './server-identity.ts';

/** The most listeners that one connection adds for one event of its client. */
const LISTENERS = 2;

export interface ConnectionWatcher {
  /** There is no connection: told once for each time that it goes. */
  readonly broke?: (error: Error) => void;
  /** Another server answers than before, which may not know of what was confirmed last. */
  readonly replaced?: () => void;
  /** What each connection begins with, before any command. When it fails the command goes on, and the next one begins with it. */
  readonly greet?: (client: Client) => Promise<void>;
}

/**
 * The client that commands go through. It connects with the first command; what comes while there is no connection waits
 * a bounded time or fails at once.
 */
export class Connection {
  readonly isCluster: boolean;
  readonly timeoutMs: number;
  readonly #source: ClientSource;
  readonly #name: string;
  #client: Client | undefined;
  #readiness: Readiness | undefined;
  #closed = false;
  readonly #watcher: ConnectionWatcher;
  #isGreeted: boolean;
  #greeting: Promise<void> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(source: ClientSource, name: string, timeoutMs: number, watcher: ConnectionWatcher = {}) {
    this.#source = source;
    this.#name = name;
    this.#watcher = watcher;
    this.#isGreeted = watcher.greet === undefined;
    this.isCluster = source.isCluster;
    this.timeoutMs = timeoutMs;
  }

  /** The client, if a command would be sent at once; connecting begins if it has not. */
  get now(): Client | undefined {
    if (this.#closed) return undefined;
    // Also with a client that is connected from the start: a second command must not find what the first had to wait for.
    const client = this.#open();
    return this.#isGreeted && client.status === 'ready' ? client : undefined;
  }

  /** The client, once it is connected. @throws CacheError `CLOSED`, `TIER_FAILED`. */
  async ready(): Promise<Client> {
    const client = this.#open();
    if (client.status !== 'ready') await this.#readiness!.wait();
    if (!this.#isGreeted) {
      this.#greeting ??= this.#greet(client);
      await this.#greeting;
    }
    if (this.#closed) throw this.#closedError();
    return client;
  }

  /** Sends something when there is a connection; its failure is explained. */
  async send<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const client = this.now ?? (await this.ready());
    try {
      return await command(client);
    } catch (error) {
      throw explained(error);
    }
  }

  /** Runs a script. Strings come back as buffers. */
  script(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    return this.send((client) => runScript(client, script, keys, args));
  }

  /** Every server that has keys. */
  async masters(): Promise<readonly Redis[]> {
    const client = await this.ready();
    return client.isCluster ? (client as Cluster).nodes('master') : [client as Redis];
  }

  /** Looks which servers have keys now; there is nothing to look for where there is but one. */
  async learnMasters(): Promise<void> {
    const client = await this.ready();
    if (!client.isCluster) return;
    // Who cannot be asked now is asked again by the client itself.
    await new Promise<void>((resolve) => (client as Cluster).refreshSlotsCache(() => resolve()));
  }

  /** Rejects unless every server answers in time. */
  async ping(): Promise<void> {
    for (const server of await this.masters()) await this.inTime(server.ping());
  }

  /** The outcome, or `TIMEOUT`: for commands that nobody else has a deadline for. */
  inTime<T>(answer: Promise<T>): Promise<T> {
    return inTime(answer, this.timeoutMs, () => this.#renew());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness?.close(this.#closedError());
    this.#unwatch?.();
    if (this.#source.owns) this.#client?.disconnect();
    else if (this.#client !== undefined) expectListeners(this.#client, -LISTENERS);
  }

  #open(): Client {
    if (this.#closed) throw this.#closedError();
    if (this.#client === undefined) {
      this.#client = this.#source.open();
      if (!this.#source.owns) expectListeners(this.#client, LISTENERS);
      this.#readiness = new Readiness(this.#client, this.timeoutMs, {
        broke: (error) => {
          this.#isGreeted = this.#watcher.greet === undefined;
          this.#watcher.broke?.(error);
        },
        isGiven: !this.#source.owns,
      });
      this.#unwatch = watchIdentity(this.#client, () => this.#watcher.replaced?.());
      if (this.#client.status === 'wait') this.#client.connect().catch(() => {});
    }
    return this.#client;
  }

  /** Gives up a connection that is silent, for what is sent to it is never answered. The next one is made at once. */
  #renew(): void {
    if (this.#source.owns && !this.isCluster && this.#client?.status === 'ready') this.#client.disconnect(true);
  }

  async #greet(client: Client): Promise<void> {
    try {
      await this.inTime(this.#watcher.greet!(client));
      this.#isGreeted = true;
    } catch {
      // Whoever waits for it finds out what is the matter.
    } finally {
      this.#greeting = undefined;
    }
  }

  #closedError(): CacheError {
    return new CacheError('CLOSED', `${this.#name} has been closed.`);
  }
}

/** Many tiers may share a client of the application, whose emitter would take their listeners for a leak. */
function expectListeners(client: Client, more: number): void {
  const most = client.getMaxListeners();
  if (most !== 0) client.setMaxListeners(most + more);
}
