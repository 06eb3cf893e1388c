import type { Clock, Duration, Timer } from '@uno-cache/core';
import { checkFunction, checkInteger, checkOptions, durationMs, mismatch, randomToken } from '@uno-cache/core/adapter';
import type { EventSink } from '../sources/event-sink.ts';
import { Delivery } from './delivery.ts';
import type { OutboxRow, OutboxStore } from './outbox-store.ts';

const DEFAULT_BATCH = 100;
const DEFAULT_INTERVAL: Duration = '1s';
const DEFAULT_LEASE: Duration = '30s';
const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 30_000;

export interface RelayOptions {
  /** How many events are read at once. @defaultValue `100` */
  readonly batchSize?: number;
  /** How often a started relay looks for events. @defaultValue `'1s'` */
  readonly interval?: Duration;
  /** After how long another relay takes over from one that died; more than one event may take. @defaultValue `'30s'` */
  readonly lease?: Duration;
  /** Hears of what could not be delivered: it is tried again, or given up if it can never be. @defaultValue a warning */
  readonly onError?: (error: unknown, event?: OutboxRow) => void;
}

const OPTION_NAMES: readonly (keyof RelayOptions)[] = Object.freeze(['batchSize', 'interval', 'lease', 'onError']);

/** Delivers the events of an outbox, in order, until it is closed. Of several relays one delivers at a time. */
export class Relay implements AsyncDisposable {
  readonly #store: OutboxStore;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #leaseMs: number;
  readonly #onError: (error: unknown, event?: OutboxRow) => void;
  readonly #holder: string = randomToken();
  readonly #delivery: Delivery;
  #draining: Promise<number> | undefined;
  /** Begins when `#draining` is over. */
  #next: Promise<number> | undefined;
  #timer: Timer | undefined;
  #retryMs: number = FIRST_DELAY_MS;
  #isStarted = false;
  #isLooking = false;
  #isWanted = false;
  #isClosed = false;

  constructor(store: OutboxStore, sink: EventSink, clock: Clock, options: RelayOptions) {
    checkOptions('relay()', options, OPTION_NAMES);
    if (typeof sink?.handle !== 'function') throw new TypeError(mismatch('sink', 'an invalidator', sink));
    const { batchSize = DEFAULT_BATCH, interval = DEFAULT_INTERVAL, lease = DEFAULT_LEASE } = options;
    const { onError = (error) => process.emitWarning(String(error)) } = options;
    this.#store = store;
    this.#clock = clock;
    this.#intervalMs = durationMs(interval, 'interval');
    this.#leaseMs = durationMs(lease, 'lease');
    this.#onError = checkFunction(onError, 'onError');
    this.#delivery = new Delivery(store, sink, {
      batchSize: checkInteger(batchSize, 'batchSize', { min: 1, max: 10_000 }),
      hasTurn: () => this.#hasTurn(),
      gaveUp: this.#onError,
    });
  }

  /** Looks for events from now on, again and again. What keeps the process alive is the application's business. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    this.wake();
  }

  /** Looks at once; call it after a commit, so that nobody waits for the interval. */
  wake(): void {
    if (!this.#isStarted || this.#isClosed) return;
    this.#isWanted = true;
    if (!this.#isLooking) void this.#look();
  }

  /**
   * Delivers what there is when it is called, unless another relay is at it. What comes after an event that a tier has
   * not confirmed is tried too, and stays with it.
   *
   * @returns how many events were delivered or given up.
   * @throws What the database or the delivery threw; the events that are left stay, in order.
   */
  drain(): Promise<number> {
    if (this.#next !== undefined) return this.#next;
    if (this.#draining === undefined) return this.#begin();
    // The one under way may have read for the last time.
    this.#next = this.#draining
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  /** Waits for the event that is under way, and lets another relay take over. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await Promise.allSettled([this.#draining, this.#next]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #begin(): Promise<number> {
    this.#draining = this.#drain().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #drain(): Promise<number> {
    if (!(await this.#hasTurn())) return 0;
    try {
      return await this.#delivery.run();
    } finally {
      await this.#store.release(this.#holder);
    }
  }

  async #hasTurn(): Promise<boolean> {
    if (this.#isClosed) return false;
    return this.#store.claim(this.#holder, this.#leaseMs);
  }

  /** Drains until nobody has called `wake` meanwhile, and sets the one timer for the next time. */
  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#timer?.cancel();
    let delayMs = this.#intervalMs;
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false;
        try {
          await this.drain();
          delayMs = this.#intervalMs;
          this.#retryMs = FIRST_DELAY_MS;
        } catch (error) {
          this.#onError(error);
          delayMs = this.#retryMs;
          this.#retryMs = Math.min(this.#retryMs * 2, LAST_DELAY_MS);
        }
      }
    } finally {
      this.#isLooking = false;
      if (!this.#isClosed) this.#timer = this.#clock.setTimer(() => this.wake(), delayMs, true);
    }
  }
}
