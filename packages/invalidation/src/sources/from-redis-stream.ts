import type { Clock, Duration } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import {
  checkFunction,
  checkInteger,
  checkName,
  checkOptions,
  durationMs,
  mismatch,
  randomToken,
} from '@uno-cache/core/adapter';
import type { EventSink } from './event-sink.ts';
import { isHopeless, notConfirmed } from './event-sink.ts';
import type { RedisCommands } from './redis-client.ts';
import type { StreamEntry } from './stream-reply.ts';
import { claimedEntries, entriesOf } from './stream-reply.ts';

const DEFAULT_GROUP = 'uno-cache';
const DEFAULT_BATCH = 100;
const DEFAULT_BLOCK: Duration = '5s';
const DEFAULT_CLAIM: Duration = '30s';
const RETRY_MS = 1_000;

export interface RedisStreamOptions {
  readonly stream: string;
  /** Of the processes of one group each event goes to one. @defaultValue `'uno-cache'` */
  readonly group?: string;
  /** One of this name takes up at once what the last had not confirmed. @defaultValue random, and gone after `close` */
  readonly consumer?: string;
  /** @defaultValue `100` */
  readonly batchSize?: number;
  /** How long one read waits for events. @defaultValue `'5s'` */
  readonly block?: Duration;
  /**
   * After how long an event that was taken and not confirmed is tried again: one of a consumer that died, or one that a
   * tier did not confirm. @defaultValue `'30s'`
   */
  readonly claimAfter?: Duration;
  /**
   * Hears of an event that could not be handled, of the first in a batch that a tier did not confirm, and of a connection
   * that broke. @defaultValue a warning
   */
  readonly onError?: (error: unknown, id?: string) => void;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

const OPTION_NAMES: readonly (keyof RedisStreamOptions)[] = Object.freeze([
  'stream',
  'group',
  'consumer',
  'batchSize',
  'block',
  'claimAfter',
  'onError',
  'clock',
]);

/**
 * Events from a Redis stream, whose entries have the fields `event` and `payload` (JSON). At least once, in no order: an
 * entry is confirmed when all tiers have confirmed, and what a process that died had taken goes to another. One that can
 * never be handled is told to `onError` and confirmed. Entries stay in the stream; whoever adds them trims it (`MAXLEN`).
 *
 * @param client - of its own: reads block it; yours to close.
 * @throws TypeError for wrong options.
 */
export function fromRedisStream(
  client: RedisCommands,
  sink: EventSink,
  options: RedisStreamOptions,
): RedisStreamSource {
  if (typeof client?.call !== 'function') throw new TypeError(mismatch('client', 'a Redis client with call()', client));
  checkOptions('fromRedisStream()', options, OPTION_NAMES);
  return new RedisStreamSource(client, sink, options);
}

export class RedisStreamSource implements AsyncDisposable {
  readonly #client: RedisCommands;
  readonly #sink: EventSink;
  readonly #stream: string;
  readonly #group: string;
  readonly #consumer: string;
  /** Whether the consumer's name was chosen by the application. */
  readonly #isNamed: boolean;
  readonly #batchSize: number;
  readonly #blockMs: number;
  readonly #claimMs: number;
  readonly #onError: (error: unknown, id?: string) => void;
  readonly #clock: Clock;
  readonly #running: Promise<void>;
  #claimFrom = '0';
  #isClosed = false;
  #endWait: () => void = () => {};

  constructor(client: RedisCommands, sink: EventSink, options: RedisStreamOptions) {
    const { stream, group = DEFAULT_GROUP, consumer, clock = systemClock } = options;
    const { batchSize = DEFAULT_BATCH, block = DEFAULT_BLOCK, claimAfter = DEFAULT_CLAIM } = options;
    const { onError = (error) => process.emitWarning(String(error)) } = options;
    this.#client = client;
    this.#sink = sink;
    this.#stream = checkName(stream, 'stream');
    this.#group = checkName(group, 'group');
    this.#isNamed = consumer !== undefined;
    this.#consumer = checkName(consumer ?? randomToken(), 'consumer');
    this.#batchSize = checkInteger(batchSize, 'batchSize', { min: 1, max: 10_000 });
    this.#blockMs = Math.ceil(durationMs(block, 'block'));
    this.#claimMs = Math.ceil(durationMs(claimAfter, 'claimAfter'));
    this.#onError = checkFunction(onError, 'onError');
    this.#clock = clock;
    this.#running = this.#run();
  }

  /** Waits for the read and the event that are under way: at most `block` long. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#endWait();
    return this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#createGroup();
        await this.#handle(await this.#read('0'));
        while (!this.#isClosed) {
          await this.#handle(await this.#claim());
          await this.#handle(await this.#read('>'));
        }
      } catch (error) {
        if (this.#isClosed) break;
        this.#onError(error);
        await this.#pause();
      }
    }
    await this.#leave();
  }

  /** From the beginning of the stream on: what was written before the first process came is handled, too. */
  async #createGroup(): Promise<void> {
    try {
      await this.#client.call('XGROUP', 'CREATE', this.#stream, this.#group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
    }
  }

  /** @param from - `>` for new entries, `0` for those that this consumer has and has not confirmed. */
  async #read(from: '>' | '0'): Promise<StreamEntry[]> {
    const who = ['GROUP', this.#group, this.#consumer, 'COUNT', this.#batchSize];
    const wait = from === '>' ? ['BLOCK', this.#blockMs] : [];
    return entriesOf(await this.#client.call('XREADGROUP', ...who, ...wait, 'STREAMS', this.#stream, from));
  }

  /** Goes on where it left off, so that what is not confirmed again and again does not hide what is behind it. */
  async #claim(): Promise<StreamEntry[]> {
    const who = [this.#stream, this.#group, this.#consumer, this.#claimMs, this.#claimFrom, 'COUNT', this.#batchSize];
    const [next, entries] = (await this.#client.call('XAUTOCLAIM', ...who)) as readonly unknown[];
    this.#claimFrom = String(next);
    return claimedEntries(entries);
  }

  /** What a tier has not confirmed stays with this consumer, until somebody claims it: most likely itself. */
  async #handle(entries: readonly StreamEntry[]): Promise<void> {
    let isTold = false;
    for (const { id, fields } of entries) {
      if (this.#isClosed) return;
      try {
        const event = incoming(fields);
        const { deferred } = await this.#sink.handle([event]);
        if (deferred.length > 0) {
          if (!isTold) this.#onError(notConfirmed(event.event, deferred), id);
          isTold = true;
          continue;
        }
      } catch (error) {
        if (!isHopeless(error)) throw error;
        this.#onError(error, id);
      }
      await this.#client.call('XACK', this.#stream, this.#group, id);
    }
  }

  /** Nobody takes up a random name again. With a consumer goes what it has not confirmed, so that one has to stay. */
  async #leave(): Promise<void> {
    if (this.#isNamed) return;
    const who = [this.#stream, this.#group];
    try {
      const kept = await this.#client.call('XPENDING', ...who, '-', '+', 1, this.#consumer);
      if ((kept as readonly unknown[]).length === 0) {
        await this.#client.call('XGROUP', 'DELCONSUMER', ...who, this.#consumer);
      }
    } catch {
      // The connection is gone before the source; all that is left behind is a name.
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(resolve, RETRY_MS, true);
      this.#endWait = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

/** @throws TypeError when the fields are not those of an event. */
function incoming(fields: ReadonlyMap<string, string>): { readonly event: string; readonly payload: unknown } {
  const event = fields.get('event');
  const payload = fields.get('payload');
  if (event === undefined) throw new TypeError('an entry of the stream has no field "event"');
  try {
    return { event, payload: payload === undefined ? undefined : JSON.parse(payload) };
  } catch (cause) {
    throw new TypeError(`the payload of "${event}" must be JSON`, { cause });
  }
}
