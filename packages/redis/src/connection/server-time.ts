import type { Clock, Entry } from '@uno-cache/core';
import { ReplyError } from 'ioredis';
import type { Client } from './client-source.ts';
import type { Connection } from './connection.ts';

/** Clocks that differ by less than this, and by less than a round trip can tell, are taken for equal. */
const TOLERANCE_MS = 100;
/** How long what is known is trusted; when a process's clock steps that far it is seen at once. */
const TRUSTED_MS = 10_000;

/**
 * The server's clock as this process's clock sees it. Entries are stored in the server's time, so that processes whose
 * clocks differ agree on when they end. It is known before the first command; each answer of a script tells it anew, and a
 * process that only reads asks from time to time.
 */
export class ServerTime {
  readonly clock: Clock;
  /** What has to be added to this process's time. */
  #offsetMs = 0;
  /** By this process's clock; `undefined` before it was first asked for. */
  #askedAt: number | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now();
  }

  /** Where a server refuses to tell only `format: 'raw'` works, which does not need to know. */
  async ask(client: Client): Promise<void> {
    const askedAt = this.now();
    this.#askedAt = askedAt;
    try {
      const [seconds, us] = await client.time();
      this.learn(Number(seconds) * 1_000_000 + Number(us), askedAt);
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
    }
  }

  /**
   * Asks anew when it is time to. On one server the answer comes before those of what is sent later.
   *
   * @param now - by this process's clock.
   */
  keep(now: number, connection: Connection): void {
    if (this.#askedAt === undefined || Math.abs(now - this.#askedAt) < TRUSTED_MS) return;
    this.#askedAt = now;
    connection.send((client) => this.ask(client)).catch(() => {});
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
