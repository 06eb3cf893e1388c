import type { Clock } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';

/** Throws when the caller has been told already that the change failed: it must not be made any more. */
export type InTime = () => void;

/** Changes of one key by this process, one after the other: they would only be in each other's way. */
export class KeyQueue {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #last = new Map<string, Promise<unknown>>();

  /** @param limitMs - how long a caller waits for a change. */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  run<T>(key: string, change: (inTime: InTime) => Promise<T>): Promise<T> {
    const dueAt = this.#clock.now() + this.#limitMs;
    const inTime = (): void => {
      if (this.#clock.now() < dueAt) return;
      throw new CacheError('TIMEOUT', `A change was not begun within ${this.#limitMs} ms.`);
    };
    const begin = async (): Promise<T> => change(inTime);
    const before = this.#last.get(key);
    const running = before === undefined ? begin() : before.then(begin, begin);
    this.#last.set(key, running);
    const done = (): void => {
      if (this.#last.get(key) === running) this.#last.delete(key);
    };
    running.then(done, done);
    return running;
  }
}
