import type { Clock, Timer } from '../ports/clock.ts';

/** What stands for an answer that did not come in time. */
export const LATE: unique symbol = Symbol('late');

interface Watch {
  readonly at: number;
  /** `undefined` once the promise has settled. */
  expire: (() => void) | undefined;
}

/**
 * One deadline of the same length for many promises, on one timer: they run out in the order in which they were
 * watched, so a queue is enough.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #queue: Watch[] = [];
  #head = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** The promise's outcome, or `LATE`. What it does after that is ignored. */
  watch<T>(promise: Promise<T>): Promise<T | typeof LATE> {
    return new Promise((resolve, reject) => {
      const watch: Watch = { at: this.#clock.now() + this.#limitMs, expire: () => resolve(LATE) };
      this.#queue.push(watch);
      this.#arm();
      promise.then(
        (value) => {
          this.#settle(watch);
          resolve(value);
        },
        (error: unknown) => {
          this.#settle(watch);
          reject(error);
        },
      );
    });
  }

  /** Lets everything that still waits run out at once, and the timer go. */
  close(): void {
    for (let index = this.#head; index < this.#queue.length; index++) this.#queue[index]?.expire?.();
    this.#queue = [];
    this.#head = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #settle(watch: Watch): void {
    watch.expire = undefined;
    this.#dropSettled();
    if (this.#head === this.#queue.length) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  #dropSettled(): void {
    while (this.#head < this.#queue.length && this.#queue[this.#head]?.expire === undefined) this.#head++;
    if (this.#head === this.#queue.length) {
      this.#queue.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  #arm(): void {
    const next = this.#queue[this.#head];
    if (this.#timer !== undefined || next === undefined) return;
    this.#timer = this.#clock.setTimer(() => this.#fire(), Math.max(0, next.at - this.#clock.now()), false);
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let index = this.#head; index < this.#queue.length; index++) {
      const watch = this.#queue[index] as Watch;
      if (watch.at > now) break;
      watch.expire?.();
      watch.expire = undefined;
    }
    this.#dropSettled();
    this.#arm();
  }
}
