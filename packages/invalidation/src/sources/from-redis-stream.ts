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
  /** @defaultValue random */
  readonly consumer?: string;
  /** @defaultValue `100` */
  readonly batchSize?: number;
  /** How long one read waits for events. @defaultValue `'5s'` */
  readonly block?: Duration;
  /** After how long an event that another consumer took, and did not confirm, is taken from it. @defaultValue `'30s'` */
  readonly claimAfter?: Duration;
  /** Hears of an event that could not be handled, and of a connection that broke. @defaultValue a warning */
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
 * Events from a Redis stream, whose entries have the fields `event` and `payload` (JSON). At least once: an entry is
 * confirmed when all tiers have confirmed, and what a process that died had taken goes to another. One that can never
 * be handled is told to `onError` and confirmed.
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
  readonly #batchSize: number;
  readonly #blockMs: number;
  readonly #claimMs: number;
  readonly #onError: (error: unknown, id?: string) => void;
  readonly #clock: Clock;
  readonly #running: Promise<void>;
  #isClosed = false;
  #endWait: () => void = () => {};

  constructor(client: RedisCommands, sink: EventSink, options: RedisStreamOptions) {
    const { stream, group = DEFAULT_GROUP, consumer = randomToken(), clock = systemClock } = options;
    const { batchSize = DEFAULT_BATCH, block = DEFAULT_BLOCK, claimAfter = DEFAULT_CLAIM } = options;
    const { onError = (error) => process.emitWarning(String(error)) } = options;
    this.#client = client;
    this.#sink = sink;
    this.#stream = checkName(stream, 'stream');
    this.#group = checkName(group, 'group');
    this.#consumer = checkName(consumer, 'consumer');
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
        if (this.#isClosed) return;
        this.#onError(error);
        await this.#pause();
      }
    }
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

  async #claim(): Promise<StreamEntry[]> {
    const who = [this.#stream, this.#group, this.#consumer, this.#claimMs, '0', 'COUNT', this.#batchSize];
    const reply = (await this.#client.call('XAUTOCLAIM', ...who)) as readonly unknown[];
    return claimedEntries(reply[1]);
  }

  async #handle(entries: readonly StreamEntry[]): Promise<void> {
    for (const { id, fields } of entries) {
      if (this.#isClosed) return;
      try {
        const event = incoming(fields);
        const { deferred } = await this.#sink.handle([event]);
        if (deferred.length > 0) throw notConfirmed(event.event, deferred);
      } catch (error) {
        if (!isHopeless(error)) throw error;
        this.#onError(error, id);
      }
      await this.#client.call('XACK', this.#stream, this.#group, id);
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
