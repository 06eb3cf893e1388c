import type { BusMessage, BusReceiver, Clock } from '@uno-cache/core';

/** One link's ears. */
export interface Listener {
  readonly receiver: BusReceiver;
  readonly clock: Clock;
  /** By its clock, when the read began that is under way. */
  askedAt: number;
  /** What it has to be told before anything is vouched for; `undefined` when it has been told. */
  doubt: string | undefined;
}

/** One stream, as far as this process has read it. */
export class StreamState {
  readonly key: string;
  readonly listeners: Set<Listener> = new Set();
  /** `''` before it was first read. */
  lastId = '';
  /** What `lastId` was before the last read. */
  idBefore = '';
  /** When the first listener came, by a clock that does not step. */
  readonly joinedAt: number = performance.now();

  constructor(key: string) {
    this.key = key;
  }

  /** A read begins: what is published before now will have been received when it ends. */
  begin(): void {
    for (const listener of this.listeners) listener.askedAt = listener.clock.now();
  }

  receive(message: BusMessage): void {
    for (const { receiver } of [...this.listeners]) receiver.receive(message);
  }

  doubt(reason: string): void {
    for (const listener of this.listeners) listener.doubt = reason;
  }

  /** Tells of doubts: at once, so that near tiers do not go on answering with what cannot be vouched for. */
  tellDoubts(): void {
    for (const listener of [...this.listeners]) {
      const { doubt } = listener;
      listener.doubt = undefined;
      if (doubt !== undefined) listener.receiver.gap(doubt);
    }
  }

  /** A read that began with `begin` has ended, and nothing is missing. */
  vouch(): void {
    for (const { receiver, askedAt } of [...this.listeners]) if (askedAt > 0) receiver.current(askedAt);
  }
}
