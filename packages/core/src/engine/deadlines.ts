import type { Clock, Timer } from '../ports/clock.ts';

/** What stands for an answer that did not come in time. */
export const LATE: unique symbol = Symbol('late');

interface Watch {
  readonly at: number;
  /** `undefined` once the promise has settled. */
  expire: (() => void) | undefined;
}

/** What becomes of a promise. What `failed` throws rejects. */
export interface Outcomes<T, R> {
  answered(value: T): R;
  failed(error: unknown): R;
  late(): R;
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
    return this.map<T, T | typeof LATE>(promise, { answered: same, failed: rethrow, late: () => LATE });
  }

  /** As `watch`, turned into something else on the way: a second promise for that would cost as much as the first. */
  map<T, R>(promise: Promise<T>, outcomes: Outcomes<T, R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const watch: Watch = { at: this.#clock.now() + this.#limitMs, expire: () => resolve(outcomes.late()) };
      this.#queue.push(watch);
      this.#arm();
      promise.then(
        (value) => {
          if (this.#settle(watch)) resolve(outcomes.answered(value));
        },
        (error: unknown) => {
          if (!this.#settle(watch)) return;
          try {
            resolve(outcomes.failed(error));
          } catch (thrown) {
            reject(thrown);
          }
        },
      );
    });
  }

  /** Lets everything that still waits run out at once, and the timer go. */
  close(): void {
    for (let index = this.#head; index < this.#queue.length; index++) expire(this.#queue[index] as Watch);
    this.#queue = [];
    this.#head = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Whether it was in time. */
  #settle(watch: Watch): boolean {
    if (watch.expire === undefined) return false;
    watch.expire = undefined;
    this.#dropSettled();
    if (this.#head === this.#queue.length) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    return true;
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
      expire(watch);
    }
    this.#dropSettled();
    this.#arm();
  }
}

function same<T>(value: T): T {
  return value;
}

function rethrow(error: unknown): never {
  throw error;
}

function expire(watch: Watch): void {
  const { expire } = watch;
  watch.expire = undefined;
  expire?.();
}
