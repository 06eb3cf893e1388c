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
   * @throws TypeError for an event that can never be dealt with.
   */
  handle(events: readonly IncomingEvent[]): Promise<{ readonly deferred: readonly string[] }>;
}

/** A source that is listened to. */
export interface Subscription extends AsyncDisposable {
  /** Resolves when everything that has been heard so far has been done, or has failed. */
  idle(): Promise<void>;

  /** Stops listening, and waits as `idle` does. Idempotent. */
  close(): Promise<void>;
}

/**
 * Deals with one event, for sources that can deliver it again.
 *
 * @throws Error when tiers could not be reached: what the cache keeps for them is lost with the process.
 */
export async function handleSurely(sink: EventSink, event: IncomingEvent): Promise<void> {
  const { deferred } = await sink.handle([event]);
  if (deferred.length > 0) throw new Error(`${event.event}: not confirmed by ${deferred.join(', ')}`);
}
