import type { MaybePromise } from '../maybe-promise.ts';
import type { Clock, Timer } from '../ports/clock.ts';

/** What stands for an answer that did not come in time. */
export const LATE: unique symbol = Symbol('late');

/** What becomes of a promise, by what it is `about`. What `failed` throws rejects. */
export interface Outcomes<A, L> {
  /** Hears of an answer, which is the outcome. */
  answered(about: A): void;
  failed(error: unknown, about: A): L;
  late(about: A): L;
}

/** A timer that is later than this tells of a process that stood still, or of a clock that was set. */
const STALL_MS = 50;
/** What is granted then to answers that wait to be read. */
const GRACE_MS = 10;

interface Watch {
  readonly at: number;
  /** `undefined` once the promise has settled. */
  expire: ((outcome: never) => void) | undefined;
  readonly outcomes: Outcomes<unknown, unknown>;
  readonly about: unknown;
}

const PLAIN: Outcomes<undefined, typeof LATE> = {
  answered: () => {},
  failed: (error) => {
    throw error;
  },
  late: () => LATE,
};

/**
 * One deadline of the same length for many promises, on one timer: they run out in the order in which they were
 * watched, so a queue is enough. A clock that steps back makes a wait longer by the step, and never twice as long.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #background: boolean;
  #queue: Watch[] = [];
  #head = 0;
  #timer: Timer | undefined;
  #dueAt = 0;

  /**
   * @param background - for what keeps the process alive by itself, such as a connection: then the timer does not, and
   * need not be stopped and started anew whenever nothing is watched.
   */
  constructor(clock: Clock, limitMs: number, background = false) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#background = background;
  }

  /** The promise's outcome, or `LATE`. What it does after that is ignored. */
  watch<T>(promise: Promise<T>): Promise<T | typeof LATE> {
    return this.settle(promise, PLAIN, undefined, this.#clock.now(), asItIs<T | typeof LATE>);
  }

  /**
   * As `watch`, with outcomes of the caller's, and with `next` to make the result of each of them: a promise more for
   * either would cost as much as the first.
   *
   * @param now - when the promise was made.
   */
  settle<T, A, L, R>(
    promise: Promise<T>,
    outcomes: Outcomes<A, L>,
    about: A,
    now: number,
    next: (outcome: T | L) => MaybePromise<R>,
  ): Promise<R> {
    return new Promise((resolve, reject) => {
      const finish = (outcome: T | L): void => {
        try {
          resolve(next(outcome));
        } catch (thrown) {
          reject(thrown);
        }
      };
      const watch: Watch = {
        at: now + this.#limitMs,
        expire: finish,
        outcomes: outcomes as Outcomes<unknown, unknown>,
        about,
      };
      this.#queue.push(watch);
      this.#arm(now);
      promise.then(
        (value) => {
          if (!this.#isInTime(watch)) return;
          outcomes.answered(about);
          finish(value);
        },
        (error: unknown) => {
          if (!this.#isInTime(watch)) return;
          let outcome: L;
          try {
            outcome = outcomes.failed(error, about);
          } catch (thrown) {
            reject(thrown);
            return;
          }
          finish(outcome);
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

  /** Takes it out, if it has not run out. */
  #isInTime(watch: Watch): boolean {
    if (watch.expire === undefined) return false;
    watch.expire = undefined;
    this.#dropSettled();
    if (this.#head === this.#queue.length && !this.#background) {
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

  #arm(now: number): void {
    const next = this.#queue[this.#head];
    if (this.#timer !== undefined || next === undefined) return;
    this.#armFor(Math.min(Math.max(0, next.at - now), this.#limitMs), now);
  }

  #armFor(delayMs: number, now: number): void {
    this.#dueAt = now + delayMs;
    this.#timer = this.#clock.setTimer(() => this.#fire(), delayMs, this.#background);
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    // This process stood still, and the answers may be here already: timers come before what has to be read.
    if (now - this.#dueAt > STALL_MS) {
      this.#armFor(GRACE_MS, now);
      return;
    }
    for (let index = this.#head; index < this.#queue.length; index++) {
      const watch = this.#queue[index] as Watch;
      if (!this.#isDue(watch, now)) break;
      expire(watch);
    }
    this.#dropSettled();
    this.#arm(now);
  }

  /** Nothing is due later than the limit from now, unless the clock has stepped back. */
  #isDue({ at }: Watch, now: number): boolean {
    return at <= now || at - now > this.#limitMs;
  }
}

function expire(watch: Watch): void {
  const { expire: resolve, outcomes, about } = watch;
  watch.expire = undefined;
  resolve?.(outcomes.late(about) as never);
}

function asItIs<T>(outcome: T): T {
  return outcome;
}
