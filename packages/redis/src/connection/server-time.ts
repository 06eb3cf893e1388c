import type { Clock, Entry } from '@uno-cache/core';

/** Clocks that differ by less than this, and by less than a round trip can tell, are taken for equal. */
const TOLERANCE_MS = 100;

/**
 * The server's clock as this process's clock sees it. Entries are stored in the server's time, so that processes whose
 * clocks differ agree on when they end. Each answer of a script tells the server's time anew.
 */
export class ServerTime {
  readonly clock: Clock;
  /** What has to be added to this process's time. */
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now();
  }

  /**
   * @param serverUs - the server's time, in microseconds.
   * @param askedAt - this process's, when the command was sent.
   */
  learn(serverUs: number, askedAt: number): void {
    const now = this.clock.now();
    const offset = serverUs / 1000 - (askedAt + now) / 2;
    if (Math.abs(offset - this.#offsetMs) > TOLERANCE_MS + (now - askedAt) / 2) this.#offsetMs = Math.round(offset);
  }

  toServer(time: number): number {
    return time + this.#offsetMs;
  }

  /** The entry with its times as the server counts them. */
  stored(entry: Entry): Entry {
    return this.#offsetMs === 0 ? entry : moved(entry, this.#offsetMs);
  }

  /** The entry with its times as this process counts them. */
  read(entry: Entry): Entry {
    return this.#offsetMs === 0 ? entry : moved(entry, -this.#offsetMs);
  }
}

function moved(entry: Entry, ms: number): Entry {
  const { createdAt, freshUntil, slidesUntil } = entry;
  return { ...entry, createdAt: createdAt + ms, freshUntil: freshUntil + ms, slidesUntil: slidesUntil + ms };
}
