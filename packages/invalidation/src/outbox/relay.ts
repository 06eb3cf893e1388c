import type { Clock, Duration, Timer } from '@uno-cache/core';
import { checkFunction, checkInteger, checkOptions, durationMs, mismatch, randomToken } from '@uno-cache/core/adapter';
import type { EventSink } from '../sources/event-sink.ts';
import { handleSurely, isHopeless } from '../sources/event-sink.ts';
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
  readonly #sink: EventSink;
  readonly #clock: Clock;
  readonly #batchSize: number;
  readonly #intervalMs: number;
  readonly #leaseMs: number;
  readonly #onError: (error: unknown, event?: OutboxRow) => void;
  readonly #holder: string = randomToken();
  #draining: Promise<number> | undefined;
  #timer: Timer | undefined;
  #delayMs: number = FIRST_DELAY_MS;
  #isStarted = false;
  #isClosed = false;

  constructor(store: OutboxStore, sink: EventSink, clock: Clock, options: RelayOptions) {
    checkOptions('relay()', options, OPTION_NAMES);
    if (typeof sink?.handle !== 'function') throw new TypeError(mismatch('sink', 'an invalidator', sink));
    const { batchSize = DEFAULT_BATCH, interval = DEFAULT_INTERVAL, lease = DEFAULT_LEASE } = options;
    const { onError = (error) => process.emitWarning(String(error)) } = options;
    this.#store = store;
    this.#sink = sink;
    this.#clock = clock;
    this.#batchSize = checkInteger(batchSize, 'batchSize', { min: 1, max: 10_000 });
    this.#intervalMs = durationMs(interval, 'interval');
    this.#leaseMs = durationMs(lease, 'lease');
    this.#onError = checkFunction(onError, 'onError');
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
    this.#timer?.cancel();
    void this.drain().then(
      () => this.#again(FIRST_DELAY_MS, this.#intervalMs),
      (error: unknown) => this.#failed(error),
    );
  }

  /**
   * Delivers what there is, unless another relay is at it.
   *
   * @returns how many events were delivered or given up.
   * @throws What the database or the delivery threw; the events that are left stay, in order.
   */
  drain(): Promise<number> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  /** Waits for the event that is under way, and lets another relay take over. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#draining?.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #drain(): Promise<number> {
    let count = 0;
    if (!(await this.#hasTurn())) return count;
    try {
      for (;;) {
        const rows = await this.#store.read(this.#batchSize);
        const settled = await this.#deliver(rows);
        count += settled;
        if (settled < this.#batchSize) return count;
      }
    } finally {
      await this.#store.release(this.#holder);
    }
  }

  /** Delivers from the first on, as long as this relay has its turn; what has been delivered goes, whatever comes. */
  async #deliver(rows: readonly OutboxRow[]): Promise<number> {
    const delivered: number[] = [];
    let settled = 0;
    try {
      for (const row of rows) {
        if (!(await this.#hasTurn())) break;
        if (await this.#deliverOne(row)) delivered.push(row.id);
        settled++;
      }
    } finally {
      if (delivered.length > 0) await this.#store.remove(delivered);
    }
    return settled;
  }

  /** Whether it was delivered; else it was given up. */
  async #deliverOne(row: OutboxRow): Promise<boolean> {
    try {
      const { event, payload } = row;
      await handleSurely(this.#sink, { event, payload: payload === null ? undefined : JSON.parse(payload) });
      return true;
    } catch (error) {
      if (!(isHopeless(error) || error instanceof SyntaxError)) throw error;
      await this.#store.giveUp(row.id, error.message);
      this.#onError(error, row);
      return false;
    }
  }

  async #hasTurn(): Promise<boolean> {
    if (this.#isClosed) return false;
    return this.#store.claim(this.#holder, this.#leaseMs);
  }

  #failed(error: unknown): void {
    this.#onError(error);
    this.#again(Math.min(this.#delayMs * 2, LAST_DELAY_MS), this.#delayMs);
  }

  #again(nextDelayMs: number, delayMs: number): void {
    this.#delayMs = nextDelayMs;
    if (!this.#isClosed) this.#timer = this.#clock.setTimer(() => this.wake(), delayMs, true);
  }
}
