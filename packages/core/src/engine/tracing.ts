import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import { builtin } from '../platform.ts';
import type { Region } from './region.ts';

interface Channel {
  readonly hasSubscribers: boolean;
  publish(context: object): void;
  /** Publishes, and runs the function in the contexts of those who bound a storage to the channel. */
  runStores<T>(context: object, run: () => T): T;
}

/** The part of `TracingChannel` of `node:diagnostics_channel` that is used. */
interface TracingChannel {
  readonly start: Channel;
  readonly end: Channel;
  readonly asyncStart: Channel;
  readonly asyncEnd: Channel;
  readonly error: Channel;
}

interface DiagnosticsChannel {
  tracingChannel?(name: string): TracingChannel;
}

/** What the subscribers of a channel get; `error` once it has failed. No value is ever in it. */
export interface TraceContext {
  readonly cache: string;
  /** `''` is the root. */
  readonly region?: string;
  readonly tier?: string;
  /** A method of the cache, or a command to a tier. */
  readonly operation: string;
  readonly key?: string;
  /** What a factory loads. */
  readonly keys?: readonly string[];
  error?: unknown;
}

/** One of the channels on which spans are told, for OpenTelemetry and the like. */
export class Tracer {
  readonly #channel: TracingChannel | undefined;

  constructor(name: string) {
    this.#channel = builtin<DiagnosticsChannel>('node:diagnostics_channel')?.tracingChannel?.(name);
  }

  /** Whether anybody listens: else nothing need be made ready. */
  get isHeard(): boolean {
    const channel = this.#channel;
    return (
      channel !== undefined &&
      (channel.start.hasSubscribers ||
        channel.end.hasSubscribers ||
        channel.asyncStart.hasSubscribers ||
        channel.asyncEnd.hasSubscribers ||
        channel.error.hasSubscribers)
    );
  }

  /** Runs something and tells of its start, its end, and when it is answered, as `TracingChannel.tracePromise` does. */
  trace<T>(context: TraceContext, run: () => MaybePromise<T>): MaybePromise<T> {
    const channel = this.#channel;
    if (channel === undefined) return run();
    const failed = (error: unknown): void => {
      context.error = error;
      channel.error.publish(context);
    };
    return channel.start.runStores(context, () => {
      try {
        const answer = run();
        return isPromise(answer) ? answered(channel, context, answer, failed) : answer;
      } catch (error) {
        failed(error);
        throw error;
      } finally {
        channel.end.publish(context);
      }
    });
  }
}

function answered<T>(
  channel: TracingChannel,
  context: TraceContext,
  answer: Promise<T>,
  failed: (error: unknown) => void,
): Promise<T> {
  const settled = (): void => {
    channel.asyncStart.publish(context);
    channel.asyncEnd.publish(context);
  };
  return Promise.resolve(answer).then(
    (value) => {
      settled();
      return value;
    },
    (error: unknown) => {
      failed(error);
      settled();
      throw error;
    },
  );
}

/** Calls of the cache's methods, but for those that the nearest tier answers at once. */
export const operationTracer: Tracer = new Tracer('uno-cache:operation');
/** Commands to tiers. */
export const commandTracer: Tracer = new Tracer('uno-cache:command');
/** Runs of factories. */
export const loadTracer: Tracer = new Tracer('uno-cache:load');

/** Runs a method of the cache as a span. */
export function traced<T>(
  region: Region,
  operation: string,
  key: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const subject = key === undefined ? {} : { key };
  const context = { cache: region.context.name, region: region.name, operation, ...subject };
  return Promise.resolve(operationTracer.trace(context, run));
}
