import { checkFunction, checkOptions, mismatch } from '@uno-cache/core/adapter';
import { unknownName } from '../unknown-name.ts';
import { EventIntake } from './event-intake.ts';
import type { EventSink, Subscription } from './event-sink.ts';

/** A Node `EventEmitter`, by what is needed of it. */
export interface NodeEmitter {
  on(event: string, listener: (payload: unknown) => void): unknown;
  off(event: string, listener: (payload: unknown) => void): unknown;
  emit(event: 'error', error: unknown): unknown;
}

/** An `EventTarget`, by what is needed of it; its events carry the payload as `detail`. */
export interface DomEmitter {
  addEventListener(event: string, listener: (event: Event) => void): void;
  removeEventListener(event: string, listener: (event: Event) => void): void;
}

export type EmitterLike = NodeEmitter | DomEmitter;

export interface EmitterOptions {
  /** Which events to listen to. @defaultValue all that a strategy knows */
  readonly events?: readonly string[];
  /**
   * Hears of an event that could not be handled. @defaultValue an `error` event of the emitter; on an `EventTarget` an
   * uncaught exception, as of any listener that throws
   */
  readonly onError?: (error: unknown, event: string) => void;
}

export function subscribe(emitter: EmitterLike, sink: EventSink, options: EmitterOptions): Subscription {
  checkOptions('from()', options, ['events', 'onError']);
  const { events = [...sink.events], onError = uncaughtOn(emitter) } = options;
  checkFunction(onError, 'onError');
  for (const event of events) if (!sink.events.has(event)) throw unknownName('event', event, sink.events);
  const intake = new EventIntake(sink);
  const endings = events.map((event) =>
    listen(emitter, event, (payload) => intake.take({ event, payload }, (error) => onError(error, event))),
  );
  const idle = (): Promise<void> => intake.idle();
  const close = (): Promise<void> => {
    for (const end of endings) end();
    return idle();
  };
  return { idle, close, [Symbol.asyncDispose]: close };
}

function listen(emitter: EmitterLike, event: string, hear: (payload: unknown) => void): () => void {
  if (isNodeEmitter(emitter)) {
    emitter.on(event, hear);
    return () => void emitter.off(event, hear);
  }
  if (typeof emitter?.addEventListener !== 'function') {
    throw new TypeError(mismatch('emitter', 'an EventEmitter or an EventTarget', emitter));
  }
  const listener = (heard: Event): void => hear((heard as CustomEvent).detail);
  emitter.addEventListener(event, listener);
  return () => emitter.removeEventListener(event, listener);
}

function uncaughtOn(emitter: EmitterLike): (error: unknown) => void {
  // Outside of the promise that failed, so that what throws here is uncaught.
  return (error) =>
    queueMicrotask(() => {
      if (!isNodeEmitter(emitter)) throw error;
      emitter.emit('error', error);
    });
}

function isNodeEmitter(emitter: EmitterLike): emitter is NodeEmitter {
  return typeof (emitter as Partial<NodeEmitter>)?.on === 'function';
}
