import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Bus, BusLink, BusMessage, BusReceiver, ClearMessage } from '../ports/bus.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { Deadlines, LATE } from './deadlines.ts';

/** A message without what the engine adds to each. */
export type Announcement = BusMessage extends infer M
  ? M extends BusMessage
    ? Omit<M, 'sender' | 'region'>
    : never
  : never;

/** How long the bus may take to accept a message. */
const PUBLISH_TIMEOUT_MS = 1_000;
const RETRY_MS = 500;
/** A bus that has vouched for nothing younger for so long was cut off. */
const SILENT_AFTER_MS = 2_000;
/** How many messages wait for a bus before each of their regions is announced as cleared. */
const MAX_WAITING = 1_000;

/** What a handle tells the engine. */
export interface BusWatcher extends BusReceiver {
  /** It vouches again, after it was silent or told of a gap. */
  returned(bus: Bus): void;
  publishFailed(bus: Bus, error: CacheError): void;
}

/**
 * A bus as one engine uses it: what could not be handed over is kept, in order, and handed over later. What the bus has not
 * answered for is sent again, so that a message may arrive twice, and after younger ones.
 */
export class BusHandle {
  readonly bus: Bus;
  /** The bus's name, made unique in the cache. */
  readonly label: string;
  /** Everything published before has been received; `-Infinity` before anything was said, and after a gap. */
  currentAsOf: number = -Infinity;
  gaps = 0;
  lastGap: { readonly at: number; readonly reason: string } | undefined;
  readonly #clock: Clock;
  readonly #watcher: BusWatcher;
  readonly #sender: string;
  readonly #link: BusLink;
  readonly #deadlines: Deadlines;
  #waiting: BusMessage[] = [];
  #sending = false;
  #retry: Timer | undefined;
  #closed = false;

  constructor(
    bus: Bus,
    init: { namespace: string; clock: Clock; sender: string; watcher: BusWatcher; label?: string },
  ) {
    this.bus = bus;
    this.label = init.label ?? bus.name;
    this.#clock = init.clock;
    this.#watcher = init.watcher;
    this.#sender = init.sender;
    this.#deadlines = new Deadlines(init.clock, PUBLISH_TIMEOUT_MS);
    this.#link = bus.join(init.namespace, this.#receiver(init.watcher), init.clock);
  }

  /** Messages that the bus has not taken yet. */
  get unsent(): number {
    return this.#waiting.length;
  }

  /** Hands a message over; what waits goes first, so that the order is kept. Never rejects. */
  publish(message: BusMessage): MaybePromise<void> {
    if (this.#closed) return;
    if (this.#waiting.length > 0 || this.#sending) {
      this.#keep([message]);
      return;
    }
    return this.#send(message, (error) => this.#failed(error, [message]));
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#deadlines.close();
    this.#link.leave();
  }

  #receiver(watcher: BusWatcher): BusReceiver {
    return {
      receive: (message) => watcher.receive(message),
      gap: (reason, copiesOnly) => {
        this.gaps++;
        this.lastGap = { at: this.#clock.now(), reason };
        this.currentAsOf = -Infinity;
        watcher.gap(reason, copiesOnly);
      },
      current: (asOf) => {
        const wasSilent = this.currentAsOf < this.#clock.now() - SILENT_AFTER_MS;
        this.currentAsOf = asOf;
        watcher.current(asOf);
        if (wasSilent) watcher.returned(this.bus);
      },
      holds: (region, key) => watcher.holds?.(region, key) ?? true,
      seen: (sighting) => watcher.seen?.(sighting),
    };
  }

  #send(message: BusMessage, onFailure: (error: unknown) => void): MaybePromise<void> {
    let accepted: MaybePromise<void>;
    try {
      accepted = this.#link.publish(message);
    } catch (error) {
      onFailure(error);
      return;
    }
    if (!isPromise(accepted)) return;
    return this.#deadlines.watch(accepted).then((result) => {
      if (result === LATE)
        onFailure(new CacheError('TIMEOUT', `Bus "${this.bus.name}" did not take a message in time.`));
    }, onFailure);
  }

  #failed(error: unknown, messages: BusMessage[]): void {
    if (this.#closed) return;
    const reason = error instanceof Error ? error.message : String(error);
    const failure = new CacheError('BUS_FAILED', `Bus "${this.bus.name}" took no message: ${reason}`, { cause: error });
    this.#watcher.publishFailed(this.bus, failure);
    this.#keep(messages);
  }

  #keep(messages: BusMessage[]): void {
    this.#waiting.push(...messages);
    if (this.#waiting.length > MAX_WAITING) this.#waiting = this.#clearedRegions();
    // Two at a time would pass each other.
    if (this.#sending) return;
    this.#retry ??= this.#clock.setTimer(() => void this.#resend(), RETRY_MS * (0.75 + this.#clock.random() / 2), true);
  }

  #clearedRegions(): BusMessage[] {
    const regions = new Set(this.#waiting.map(({ region }) => region));
    return [...regions].map((region): ClearMessage => ({ kind: 'clear', region, sender: this.#sender, at: 0 }));
  }

  async #resend(): Promise<void> {
    this.#retry = undefined;
    this.#sending = true;
    const messages = this.#waiting;
    this.#waiting = [];
    for (let index = 0; index < messages.length && !this.#closed; index++) {
      let failure: unknown;
      await this.#send(messages[index]!, (error) => {
        failure = error ?? new CacheError('BUS_FAILED', 'unknown');
      });
      if (failure !== undefined) {
        const newer = this.#waiting;
        this.#waiting = [];
        this.#failed(failure, [...messages.slice(index), ...newer]);
        break;
      }
    }
    this.#sending = false;
    if (this.#waiting.length > 0) this.#keep([]);
  }
}
