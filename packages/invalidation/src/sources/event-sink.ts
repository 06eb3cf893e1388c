import { CacheError } from '@uno-cache/core';

/** An event as it comes from outside: an emitter, a stream, an outbox. Nothing of it has been checked. */
export interface IncomingEvent {
  readonly event: string;
  readonly payload?: unknown;
}

/** The part of an invalidator that a source needs. */
export interface EventSink {
  /** Names of the events that it knows. */
  readonly events: ReadonlySet<string>;

  /**
   * Resolves when the events have been dealt with.
   *
   * @returns `deferred`: tiers that could not be reached, if any.
   * @throws TypeError, or CacheError `KEY_TOO_LONG`, `UNKNOWN_REGION` or `RULE_FAILED`, for an event that can never be
   * dealt with. After anything else a stream or an outbox delivers it again.
   */
  handle(events: readonly IncomingEvent[]): Promise<{ readonly deferred: readonly string[] }>;

  /**
   * Takes everything for old, because there were more events than can be kept. Where it is missing, sources that cannot
   * wait hand over every event, however many are under way.
   */
  invalidateAll?(): Promise<unknown>;
}

/** A source that is listened to. */
export interface Subscription extends AsyncDisposable {
  /** Resolves when everything that has been heard so far has been done, or has failed. */
  idle(): Promise<void>;

  /** Stops listening, and waits as `idle` does. Idempotent. */
  close(): Promise<void>;
}

const HOPELESS_CODES: ReadonlySet<string> = new Set(['KEY_TOO_LONG', 'UNKNOWN_REGION', 'RULE_FAILED']);

/** Whether the same event would end like that again, however often it is delivered. */
export function isHopeless(error: unknown): error is Error {
  return error instanceof TypeError || (CacheError.is(error) && HOPELESS_CODES.has(error.code));
}

/** Why an event is kept by a source that can deliver it again: what a cache keeps for a tier is lost with the process. */
export function notConfirmed(event: string, deferred: readonly string[]): Error {
  return new Error(`${event}: not confirmed by ${deferred.join(', ')}`);
}
