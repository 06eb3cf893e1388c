import type { Entry } from '../entry/entry.ts';
import { visibleUntil } from '../entry/entry.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Timer } from '../ports/clock.ts';
import type { LoadRun } from './load-run.ts';
import type { Found } from './read.ts';
import type { Seen } from './seen.ts';

/** What a load answers its callers. */
export interface LoadAnswer {
  readonly value: unknown;
  readonly stale: boolean;
  /** The tier that had it; `undefined` when the factory gave it. */
  readonly tier: string | undefined;
  /** The tags of the value. */
  readonly tags: readonly string[];
}

/** The answer of an entry that a tier had. */
export function answerFrom({ entry, level }: Found, stale: boolean): LoadAnswer {
  return { value: entry.value, stale, tier: level.handle.name, tags: entry.tags?.map(([tag]) => tag) ?? [] };
}

/**
 * One load of one key: what callers join, and what invalidations mark. It may answer twice: with a stale value at once,
 * and with the fresh one when it has it.
 */
export class Load {
  readonly key: string;
  readonly plan: Plan;
  readonly run: LoadRun;
  /** How many renewals of tags the region had seen when it began. */
  readonly since: number;
  /** Called when it is overtaken, while it holds a lease that it has no more use for. */
  onOvertaken: (() => void) | undefined;
  #overtaken = false;
  /** As `Mark.seen`, of a value that it finds. */
  seen: Seen | undefined;
  /** When its lease was granted, by the tier's clock; 0 before, and where that cannot be compared. */
  grantedAt = 0;
  /** What it may be answered with if its factory fails or takes too long. */
  usable: Found | undefined;
  /** Its `softTimeout`, once its callers wait for a factory, whosever that is. */
  patience: Timer | undefined;
  /** The fresh entry that it was answered with, when it needed no factory. */
  hit: Entry | undefined;
  /** When the value that its factory gave is over: to store it may take longer than it lasts. */
  madeUntil: number = Infinity;
  readonly #first: PromiseWithResolvers<LoadAnswer> = Promise.withResolvers();
  #final: PromiseWithResolvers<LoadAnswer> | undefined;
  #settled = false;
  /** Whether it has answered with a stale value, */
  #servesStale = false;
  /** and until when callers who come now get the same. */
  #staleUntil = -Infinity;

  constructor(key: string, plan: Plan, run: LoadRun, since: number) {
    this.key = key;
    this.plan = plan;
    this.run = run;
    this.since = since;
    // Whoever waits hears of an error; there may be nobody.
    this.#first.promise.catch(() => {});
  }

  /** Something newer happened to the key: the value is answered, and stored nowhere. */
  get overtaken(): boolean {
    return this.#overtaken;
  }

  overtake(): void {
    if (this.#overtaken) return;
    this.#overtaken = true;
    this.onOvertaken?.();
  }

  /** Whether something that happened at `at` concerns this load; then it is overtaken. */
  overtakenBy(at: number): boolean {
    if (at > 0 && this.grantedAt > 0 && at < this.grantedAt) return false;
    this.overtake();
    return true;
  }

  get servesStale(): boolean {
    return this.#servesStale;
  }

  /** Whether it has answered for the last time. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /** Whether anybody waits who was not answered with a stale value. */
  get isAwaited(): boolean {
    return !this.#servesStale || this.#final !== undefined;
  }

  /** What a caller who comes now has to wait for. */
  answer(now: number): Promise<LoadAnswer> {
    return !this.#servesStale || now < this.#staleUntil ? this.#first.promise : this.#second().promise;
  }

  /** Answers those who wait, and until `until` those who come, with a stale value, and goes on. */
  serveStale(found: Found, until: number = visibleUntil(found.entry)): void {
    const answer = answerFrom(found, true);
    this.#servesStale = true;
    this.#staleUntil = Math.max(this.#staleUntil, until);
    this.#first.resolve(answer);
    this.#final?.resolve(answer);
    this.#final = undefined;
  }

  resolve(answer: LoadAnswer): void {
    this.#settled = true;
    this.#first.resolve(answer);
    if (this.#servesStale) this.#second().resolve(answer);
  }

  reject(error: unknown): void {
    this.#settled = true;
    this.#first.reject(error);
    if (this.#servesStale) this.#second().reject(error);
  }

  /** The answer for those whom the stale value does not serve; some may come when it has been given. */
  #second(): PromiseWithResolvers<LoadAnswer> {
    if (this.#final === undefined) {
      this.#final = Promise.withResolvers();
      this.#final.promise.catch(() => {});
    }
    return this.#final;
  }
}
