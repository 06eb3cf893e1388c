import type { BusReceiver, Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import type { Redis } from 'ioredis';
import { ReplyError } from 'ioredis';
import type { Connection } from '../connection/connection.ts';
import { ChangedNames } from './changed-names.ts';
import type { TrackedPrefixes } from './tracked-name.ts';
import { trackedPrefixes } from './tracked-name.ts';
import { TrackingLink } from './tracking-link.ts';

/** How often is asked whether everything has been heard. */
const HEARTBEAT_MS = 250;
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 1_000;

interface Listener {
  readonly receiver: BusReceiver;
  readonly clock: Clock;
}

/**
 * Tells the caches of one namespace of changes that no message tells of: by other programs, by expiry, by eviction. A link
 * to each server that has keys names what changed there.
 */
export class Tracker {
  readonly #connection: Connection;
  readonly #prefixes: TrackedPrefixes;
  readonly #names: ChangedNames;
  readonly #listeners = new Set<Listener>();
  readonly #links = new Map<string, TrackingLink>();
  #running = false;
  /** Whether changes may have gone unheard since near tiers were emptied last. */
  #hasGap = true;
  /** What was told last of a server that refuses. */
  #refusal: string | undefined;
  #wakeUp: (() => void) | undefined;

  /** @param connection - which changed keys are looked at through; in order with the tier's commands if it is the tier's. */
  constructor(connection: Connection, keyPrefix: string, namespace: string) {
    this.#connection = connection;
    this.#prefixes = trackedPrefixes(keyPrefix, namespace);
    this.#names = new ChangedNames(connection, this.#prefixes, () =>
      [...this.#listeners].map(({ receiver }) => receiver),
    );
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** @returns what ends it. */
  listen(receiver: BusReceiver, clock: Clock): () => void {
    const listener = { receiver, clock };
    this.#listeners.add(listener);
    if (!this.#running) void this.#run();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Makes its connections anew, for other servers may have the keys now. */
  renew(): void {
    for (const link of [...this.#links.values()]) link.close();
  }

  close(): void {
    this.#listeners.clear();
    this.#names.forget();
    this.renew();
    this.#wakeUp?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let retryMs = FIRST_RETRY_MS;
    while (this.#listeners.size > 0) {
      try {
        await this.#beat();
        retryMs = FIRST_RETRY_MS;
        this.#refusal = undefined;
        await this.#sleep(HEARTBEAT_MS);
      } catch (error) {
        // Nothing is vouched for meanwhile; the next beat that succeeds tells what was missed.
        this.#tellRefusal(error);
        await this.#sleep(retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      }
    }
    this.#running = false;
    this.renew();
  }

  /** Vouches for a moment once everything that happened before it has been heard and looked at. */
  async #beat(): Promise<void> {
    await this.#followMasters();
    if (this.#hasGap) await this.#closeGap();
    const asked = [...this.#listeners].map((listener) => ({ listener, at: listener.clock.now() }));
    await Promise.all([...this.#links.values()].map((link) => link.ping()));
    await this.#names.settled();
    if (this.#hasGap) return;
    for (const { listener, at } of asked) if (this.#listeners.has(listener)) listener.receiver.current(at);
  }

  /** Has a link to each server that has keys, and to no other. */
  async #followMasters(): Promise<void> {
    const masters = new Map((await this.#connection.masters()).map((server) => [addressOf(server), server]));
    if (masters.size === 0) throw new CacheError('BUS_FAILED', 'No server is known that has keys.');
    for (const [address, link] of this.#links) if (!masters.has(address)) link.close();
    const missing = [...masters].filter(([address]) => !this.#links.has(address));
    await Promise.all(missing.map(([address, server]) => this.#open(address, server)));
  }

  async #open(address: string, server: Redis): Promise<void> {
    this.#hasGap = true;
    const link = new TrackingLink(server, this.#connection.timeoutMs, {
      changed: (names) => this.#names.note(names),
      flushed: () => this.#tellGap('the server was flushed'),
      lost: () => {
        if (this.#links.get(address) === link) this.#links.delete(address);
        this.#hasGap = true;
        this.#wakeUp?.();
      },
    });
    this.#links.set(address, link);
    await link.open(this.#prefixes);
  }

  async #closeGap(): Promise<void> {
    // Before the wait, in which a link may get lost.
    this.#hasGap = false;
    try {
      // Answers that were on their way when the links were opened come before this one, and have been copied then.
      await this.#connection.ping();
      await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      this.#hasGap = true;
      throw error;
    }
    this.#tellGap('changes by other programs may have gone unheard');
  }

  /** A server that is away comes back; one that refuses does not change its mind, and somebody has to hear of it. */
  #tellRefusal(error: unknown): void {
    const isRefusal = CacheError.is(error) && error.cause instanceof ReplyError;
    if (!isRefusal || this.#refusal === error.message) return;
    this.#refusal = error.message;
    this.#tellGap(`the server does not tell of changed keys: ${error.message}`);
  }

  #tellGap(reason: string): void {
    for (const { receiver } of [...this.#listeners]) receiver.gap(reason, true);
  }

  #sleep(ms: number): Promise<void> {
    if (this.#listeners.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wakeUp = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(wakeUp, ms);
      this.#wakeUp = wakeUp;
    });
  }
}

function addressOf({ options }: Redis): string {
  return options.path ?? `${options.host}:${options.port}`;
}
