import { CacheError } from '@uno-cache/core';
import type { Client } from './client-source.ts';
import { explained } from './server-error.ts';

/**
 * How many commands wait for a connection; more fail at once. Far more than the changes that a cache keeps when they fail:
 * beyond those it takes the whole namespace for invalid, which a burst at the start is no reason for.
 */
const MAX_WAITING = 100_000;
/** Attempts that failed, after which commands fail at once until one succeeds. */
const PATIENCE = 1;
/** A connection that has been accepted is greeted, and asked whether it is ready: so many answers have to come. */
const ANSWERS = 2;

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

export interface ReadinessWatcher {
  /** The connection is not there, and was, or could not be made: told once until it is there again. */
  readonly broke?: (error: Error) => void;
  /** Whether the client goes on without us: then its errors are not ours to swallow, nor its connections to give up. */
  readonly isGiven?: boolean;
}

/**
 * Whether a client is connected. A first attempt, and the first after a connection broke, is waited for, a bounded time;
 * while attempt after attempt fails nothing waits. A connection that is accepted and then says nothing is an attempt that
 * has failed, whether anybody waits for it or not.
 */
export class Readiness {
  readonly #client: Client;
  readonly #timeoutMs: number;
  readonly #watcher: ReadinessWatcher;
  readonly #listeners: readonly (readonly [event: string, listener: (...args: never[]) => void])[];
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #attempt: NodeJS.Timeout | undefined;
  #failures = 0;
  #lastError: Error | undefined;

  constructor(client: Client, timeoutMs: number, watcher: ReadinessWatcher = {}) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#watcher = watcher;
    this.#listeners = [
      ['connect', () => this.#accepted()],
      ['ready', () => this.#ready()],
      ['error', (error: Error) => this.#failed(error)],
      ['node error', (error: Error) => this.#failed(error)],
      ['close', () => this.#closed()],
      ['end', () => this.#ended()],
    ];
    for (const [event, listener] of this.#listeners) client.on(event as 'ready', listener as () => void);
  }

  /** Resolves when the client is connected; rejects when that has failed, or takes too long. */
  wait(): Promise<void> {
    if (this.#failures > PATIENCE || this.#client.status === 'end') return Promise.reject(this.#reason());
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(this.#reason('too many commands wait'));
    this.#timer ??= setTimeout(() => this.#late(), this.#timeoutMs);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Ends what waits, and stops listening to the client. */
  close(error: Error): void {
    clearTimeout(this.#attempt);
    for (const [event, listener] of this.#listeners) this.#client.off(event as 'ready', listener as () => void);
    // A client without listeners writes its errors to the console.
    if (this.#watcher.isGiven !== true) this.#client.on('error', () => {});
    this.#settle(error);
  }

  #accepted(): void {
    if (this.#watcher.isGiven === true) return;
    clearTimeout(this.#attempt);
    this.#attempt = setTimeout(() => this.#giveUp(), ANSWERS * this.#timeoutMs);
  }

  /** The next connection is made after a while, as when one has broken. */
  #giveUp(): void {
    if (this.#client.status !== 'connect') return;
    this.#lastError ??= new CacheError('TIMEOUT', 'Redis: the server accepts connections and does not answer.');
    this.#client.disconnect(true);
  }

  #ready(): void {
    clearTimeout(this.#attempt);
    this.#failures = 0;
    this.#lastError = undefined;
    this.#settle();
  }

  #failed(error: Error): void {
    this.#lastError ??= error;
  }

  #closed(): void {
    clearTimeout(this.#attempt);
    this.#failures++;
    if (this.#failures === 1) this.#watcher.broke?.(this.#reason());
    if (this.#failures > PATIENCE) this.#settle(this.#reason());
  }

  #ended(): void {
    this.#settle(this.#reason());
  }

  #late(): void {
    this.#timer = undefined;
    this.#settle(new CacheError('TIMEOUT', `Redis: no connection within ${this.#timeoutMs} ms.`));
  }

  #settle(error?: Error): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve, reject } of waiting) {
      if (error === undefined) resolve();
      else reject(error);
    }
  }

  #reason(detail = 'there is no connection'): CacheError {
    if (this.#lastError === undefined) return new CacheError('TIER_FAILED', `Redis: ${detail}`);
    return explained(this.#lastError);
  }
}
