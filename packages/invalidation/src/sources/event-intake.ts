import type { EventSink, IncomingEvent } from './event-sink.ts';

/** As many invalidations as a cache keeps for a tier that is down. */
const MAX_UNDER_WAY = 10_000;

/**
 * Events of a source that cannot be told to wait, on their way to a sink. When too many are under way, what is too much
 * counts as everything.
 */
export class EventIntake {
  readonly #sink: EventSink;
  readonly #underWay = new Set<Promise<void>>();
  #hasMissed = false;
  #isMakingUp = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** @param failed - hears of why the event could not be dealt with. */
  take(event: IncomingEvent, failed: (error: unknown) => void): void {
    if (this.#underWay.size < MAX_UNDER_WAY || this.#sink.invalidateAll === undefined) {
      this.#track(this.#sink.handle([event]), failed);
      return;
    }
    this.#hasMissed = true;
    if (!this.#isMakingUp) this.#track(this.#makeUp(), failed);
  }

  /** Resolves when everything that has been taken so far has been done, or has failed. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Again, when more is missed after it has begun. */
  async #makeUp(): Promise<void> {
    this.#isMakingUp = true;
    try {
      while (this.#hasMissed) {
        this.#hasMissed = false;
        await this.#sink.invalidateAll!();
      }
    } finally {
      this.#isMakingUp = false;
    }
  }

  #track(doing: Promise<unknown>, failed: (error: unknown) => void): void {
    const tracked: Promise<void> = doing.then(() => {}, failed).finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }
}
