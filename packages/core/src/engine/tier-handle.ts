import { randomVersion } from '../adapter/random-token.ts';
import type { Entry, TagVersion } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Keyspace } from '../ports/keyspace.ts';
import type { Observer } from '../ports/observer.ts';
import type { Tier } from '../ports/tier.ts';
import { Breaker } from './breaker.ts';
import type { Outcomes } from './deadlines.ts';
import { Deadlines, LATE } from './deadlines.ts';
import { EPOCH } from './tag-book.ts';
import { commandTracer } from './tracing.ts';
import type { Backlog } from './undelivered.ts';
import { Undelivered } from './undelivered.ts';

/** What stands for the answer of a tier that is down, was too slow or failed. */
export const FAILED: unique symbol = Symbol('failed');
export type Failed = typeof FAILED;

const DEFAULT_TIMEOUT_MS = 1_000;
/** A pattern or a clear is many commands, each of which the tier bounds itself; this is for one that does not. */
const SWEEP_TIMEOUTS = 60;
const RETRY_MS = 500;
/** Keys of one command when invalidations are delivered. */
const DELIVERY_BATCH = 1_000;

/** Codes of errors about the value or the key at hand, which say nothing about the tier's health. */
const ABOUT_THE_VALUE = new Set(['SERIALIZATION_FAILED', 'VALUE_TOO_LARGE', 'KEY_TOO_LONG', 'CORRUPT_ENTRY']);

/** A command that was sent. */
interface Asked {
  readonly operation: string;
  readonly key: string | undefined;
  readonly strict: boolean;
}

/** What a handle tells the engine. */
export interface TierWatcher {
  /** The cache's name. */
  readonly name: string;
  breakerChanged(handle: TierHandle, state: 'open' | 'closed', error: unknown): void;
  commandFailed(handle: TierHandle, operation: string, error: CacheError, key: string | undefined): void;
  kept(handle: TierHandle, region: string): void;
  /** What was kept has reached the tier, tags with other versions; near tiers elsewhere may have copied it meanwhile. */
  delivered(handle: TierHandle, region: string, backlog: Backlog): void;
}

/**
 * A tier as its user sees it: each command has a deadline, a breaker skips it while it is down, and invalidations
 * that it did not confirm are kept until it does. No command throws: it answers `FAILED` instead.
 */
export class TierHandle {
  readonly tier: Tier;
  readonly name: string;
  /** The name, made unique in the cache. */
  readonly label: string;
  /** Who looks on, if anybody does. */
  observer: Observer | undefined;
  readonly undelivered: Undelivered = new Undelivered();
  readonly #clock: Clock;
  readonly #watcher: TierWatcher;
  readonly #deadlines: Deadlines;
  readonly #sweepDeadlines: Deadlines;
  readonly #breaker: Breaker;
  /** By region. Weakly: the handle of a part may outlive the caches that opened it. */
  readonly #spaces = new Map<string, WeakRef<Keyspace>>();
  /** Those through which something has to be delivered. */
  readonly #needed = new Map<string, Keyspace>();
  /** What becomes of commands whose answers are waited for. */
  readonly #outcomes: Outcomes<Asked, Failed> = {
    answered: () => this.#breaker.succeeded(),
    failed: (error, { operation, key, strict }) => this.#failed(operation, error, key, strict),
    late: ({ operation, key }) => this.#late(operation, key),
  };
  /** Failed commands, and what the tier reported. */
  errors = 0;
  /** Whether reads may ask it without further thought: not down, and nothing kept for it. */
  clean = true;
  #retry: Timer | undefined;
  #retryMs = RETRY_MS;
  #changedAt = 0;
  #lastError: unknown;
  #closed = false;
  /** Whether the tier skips what of it is down, and keeps what that did not confirm. */
  readonly #hasParts: boolean;

  constructor(tier: Tier, clock: Clock, watcher: TierWatcher, label: string = tier.name) {
    this.tier = tier;
    this.name = tier.name;
    this.label = label;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#hasParts = tier.undelivered !== undefined;
    const timeoutMs = tier.commandTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#deadlines = new Deadlines(clock, timeoutMs);
    this.#sweepDeadlines = new Deadlines(clock, timeoutMs * SWEEP_TIMEOUTS);
    this.#breaker = new Breaker(
      clock,
      () => this.#probe(),
      (state, error) => {
        this.#changedAt = clock.now();
        this.#updateClean();
        watcher.breakerChanged(this, state, error);
      },
    );
  }

  /** Whether it is asked at all. */
  get available(): boolean {
    return !this.#breaker.isOpen && !this.#closed;
  }

  /** Whether the cache has let go of it. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether its breaker is open. */
  get isOpen(): boolean {
    return this.#breaker.isOpen;
  }

  /** How many invalidations are kept, here or by the tier. */
  get kept(): number {
    return this.undelivered.size + (this.tier.undelivered ?? 0);
  }

  /** When the breaker changed last, in epoch milliseconds; 0 when it never did. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** What the tier failed with last. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /**
   * Asks the tier whether it is there, whatever its breaker thinks, and without telling that.
   *
   * @throws CacheError `TIMEOUT`, `TIER_FAILED`.
   */
  async probe(): Promise<void> {
    try {
      await this.#inTime(this.#deadlines, async () => this.tier.ping());
    } catch (error) {
      throw CacheError.is(error) ? error : this.#tierFailed('a probe', error);
    }
  }

  /** Looks at a tier that is down without waiting until it is due. */
  probeSoon(): void {
    this.#breaker.probeSoon();
  }

  /** Tells the tier what is kept for it, once, and unless it is down. Never rejects. */
  async deliverOnce(): Promise<void> {
    if (!this.available) return;
    try {
      await this.#deliver();
    } catch (error) {
      this.#lastError = error;
    }
  }

  /** Notes the keyspace through which a region's invalidations are delivered. */
  serves(region: string, space: Keyspace): void {
    for (const [name, known] of this.#spaces) if (known.deref() === undefined) this.#spaces.delete(name);
    this.#spaces.set(region, new WeakRef(space));
  }

  /** The tier's answer, or `FAILED`. The command gets the time. */
  ask<T>(operation: string, command: (now: number) => MaybePromise<T>, key?: string): MaybePromise<T | Failed> {
    return this.#ask(operation, command, key, false, this.#deadlines);
  }

  /** What `next` makes of the answer to a `get`, with no more promises in between than need be. */
  get<R>(space: Keyspace, key: string, next: (answer: Entry | undefined | Failed) => MaybePromise<R>): MaybePromise<R> {
    if (!this.available) return next(FAILED);
    const command = (now: number): MaybePromise<Entry | undefined> => space.get(key, now);
    if (this.#isWatched) {
      const answer = this.ask('get', command, key);
      return isPromise(answer) ? answer.then(next) : next(answer);
    }
    return space.timely
      ? this.#getInItsTime(space, key, next)
      : this.#send('get', command, key, false, this.#deadlines, next);
  }

  /** As `ask`, for what goes through all the keys and takes its time. */
  sweep<T>(operation: string, command: (now: number) => MaybePromise<T>): MaybePromise<T | Failed> {
    return this.#ask(operation, command, undefined, false, this.#sweepDeadlines);
  }

  /** As `ask`, but an error about the value at hand (`VALUE_TOO_LARGE` and the like) is thrown. */
  attempt<T>(operation: string, command: (now: number) => MaybePromise<T>, key?: string): MaybePromise<T | Failed> {
    return this.#ask(operation, command, key, true, this.#deadlines);
  }

  /** Records a failure that happened outside of `ask`. */
  note(operation: string, error: unknown, key?: string): void {
    this.#failed(operation, error, key, false);
  }

  keepKey(region: string, key: string): void {
    if (!this.#hasParts) this.undelivered.keepKey(region, key);
    this.#kept(region);
  }

  keepPattern(region: string, pattern: string): void {
    if (!this.#hasParts) this.undelivered.keepPattern(region, pattern);
    this.#kept(region);
  }

  keepTags(region: string, tags: readonly TagVersion[]): void {
    for (const [tag, version] of tags) this.undelivered.keepTag(region, tag, version);
    this.#kept(region);
  }

  keepAll(region: string): void {
    if (!this.#hasParts) this.undelivered.keepAll(region);
    this.#kept(region);
  }

  /** A set or delete of the key was confirmed. */
  confirmed(region: string, key: string): void {
    if (this.clean) return;
    this.undelivered.forgetKey(region, key);
    this.#updateClean();
  }

  /** Whether an entry of the tier must be taken for a miss. */
  covers(region: string, key: string): boolean {
    return !this.clean && this.undelivered.covers(region, key);
  }

  /** Ends timers and waiting commands. The tier itself is closed by whoever counts its users. */
  close(): void {
    this.#closed = true;
    this.#updateClean();
    this.#breaker.close();
    this.#retry?.cancel();
    this.#deadlines.close();
    this.#sweepDeadlines.close();
  }

  /** Whether anybody has to be told of commands. */
  get #isWatched(): boolean {
    return this.observer !== undefined || commandTracer.isHeard;
  }

  #ask<T>(
    operation: string,
    command: (now: number) => MaybePromise<T>,
    key: string | undefined,
    strict: boolean,
    deadlines: Deadlines,
  ): MaybePromise<T | Failed> {
    if (!this.available) return FAILED;
    const send = (): MaybePromise<T | Failed> =>
      this.#send(operation, command, key, strict, deadlines, asItIs<T | Failed>);
    if (!this.#isWatched) return send();
    const context = { cache: this.#watcher.name, tier: this.name, operation, ...(key === undefined ? {} : { key }) };
    const traced = commandTracer.isHeard ? () => commandTracer.trace(context, send) : send;
    return observed(this.observer, this.label, operation, traced);
  }

  #send<T, R>(
    operation: string,
    command: (now: number) => MaybePromise<T>,
    key: string | undefined,
    strict: boolean,
    deadlines: Deadlines,
    next: (answer: T | Failed) => MaybePromise<R>,
  ): MaybePromise<R> {
    const now = this.#clock.now();
    let answer: MaybePromise<T>;
    try {
      answer = command(now);
    } catch (error) {
      return next(this.#failed(operation, error, key, strict));
    }
    if (!isPromise(answer)) {
      this.#breaker.succeeded();
      return next(answer);
    }
    return deadlines.settle(answer, this.#outcomes, { operation, key, strict }, now, next);
  }

  #getInItsTime<R>(
    space: Keyspace,
    key: string,
    next: (answer: Entry | undefined | Failed) => MaybePromise<R>,
  ): MaybePromise<R> {
    const failed = (error: unknown): MaybePromise<R> => next(this.#failed('get', error, key, false));
    let answer: MaybePromise<Entry | undefined>;
    try {
      answer = space.get(key, this.#clock.now());
    } catch (error) {
      return failed(error);
    }
    const answered = (entry: Entry | undefined): MaybePromise<R> => {
      this.#breaker.succeeded();
      return next(entry);
    };
    return isPromise(answer) ? answer.then(answered, failed) : answered(answer);
  }

  #late(operation: string, key: string | undefined): Failed {
    if (this.#closed) return FAILED;
    const limit = this.tier.commandTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    const error = new CacheError('TIMEOUT', `Tier "${this.name}" did not answer ${operation} within ${limit} ms.`);
    this.#lastError = error;
    this.#blame(error, true);
    this.errors++;
    this.#watcher.commandFailed(this, operation, error, key);
    return FAILED;
  }

  #failed(operation: string, error: unknown, key: string | undefined, strict: boolean): Failed {
    const aboutTheValue = CacheError.is(error) && ABOUT_THE_VALUE.has(error.code);
    if (aboutTheValue && strict) throw error;
    if (this.#closed) return FAILED;
    if (!aboutTheValue) {
      this.#lastError = error;
      this.#blame(error, CacheError.is(error, 'TIMEOUT'));
    }
    if (CacheError.is(error, 'PART_DOWN')) return FAILED;
    const reported = CacheError.is(error) ? error : this.#tierFailed(operation, error);
    this.errors++;
    this.#watcher.commandFailed(this, operation, reported, key);
    return FAILED;
  }

  /** A tier of parts is never skipped as a whole: what of it is down, it skips by itself. */
  #blame(error: unknown, timedOut: boolean): void {
    if (!this.#hasParts) this.#breaker.failed(error, timedOut);
  }

  #tierFailed(operation: string, cause: unknown): CacheError {
    return new CacheError('TIER_FAILED', `Tier "${this.name}" failed ${operation}: ${messageOf(cause)}`, { cause });
  }

  #kept(region: string): void {
    const space = this.#spaces.get(region)?.deref();
    if (space !== undefined) this.#needed.set(region, space);
    this.#updateClean();
    this.#watcher.kept(this, region);
    this.#scheduleDelivery();
  }

  #updateClean(): void {
    if (this.undelivered.size === 0) this.#needed.clear();
    this.clean = this.available && this.undelivered.size === 0;
  }

  /** While the breaker is open its probe delivers; else a timer of its own does. */
  #scheduleDelivery(): void {
    if (this.#retry !== undefined || this.#closed || this.undelivered.size === 0) return;
    this.#retry = this.#clock.setTimer(
      () => {
        this.#retry = undefined;
        void this.#redeliver();
      },
      this.#retryMs * (0.75 + this.#clock.random() / 2),
      true,
    );
  }

  async #redeliver(): Promise<void> {
    if (this.undelivered.size === 0 || this.#closed) return;
    try {
      if (!this.#breaker.isOpen) await this.#deliver();
      this.#retryMs = RETRY_MS;
    } catch (error) {
      this.#retryMs = Math.min(this.#retryMs * 2, 10 * RETRY_MS);
      if (!this.#closed) this.#blame(error, CacheError.is(error, 'TIMEOUT'));
    }
    this.#updateClean();
    if (this.undelivered.size > 0) this.#scheduleDelivery();
  }

  /** Asks the tier whether it lives, then brings it up to date, before anybody reads from it again. */
  async #probe(): Promise<void> {
    await this.#inTime(this.#deadlines, async () => this.tier.ping());
    await this.#deliver();
    this.#updateClean();
  }

  async #deliver(): Promise<void> {
    for (const region of this.undelivered.regions()) {
      const space = this.#needed.get(region);
      if (space === undefined) continue;
      const { backlog, confirm } = this.undelivered.take(region);
      const tags = await this.#tell(space, backlog);
      confirm();
      this.#updateClean();
      this.#watcher.delivered(this, region, { ...backlog, tags });
    }
  }

  /** @returns the versions that the tags have now. */
  async #tell(space: Keyspace, { all, keys, patterns, tags }: Backlog): Promise<readonly TagVersion[]> {
    const now = this.#clock.now();
    if (all) await this.#inTime(this.#sweepDeadlines, async () => space.clear(now));
    // Those that were kept may be older than what other processes have renewed since, and copies with them be about.
    const names = tags.length === 0 ? [] : [EPOCH, ...tags.map(([tag]) => tag)];
    const renewal = names.map((name): TagVersion => [name, randomVersion()]);
    if (renewal.length > 0) await this.#inTime(this.#deadlines, async () => space.versions.renew(renewal, now));
    for (let start = 0; start < keys.length; start += DELIVERY_BATCH) {
      const batch = keys.slice(start, start + DELIVERY_BATCH);
      const answers = await this.#inTime(this.#deadlines, async () => space.deleteMany(batch, now));
      for (const answer of answers) if (answer instanceof Error) throw answer;
    }
    for (const pattern of patterns) {
      await this.#inTime(this.#sweepDeadlines, async () => space.deletePattern(pattern, now));
    }
    return renewal;
  }

  async #inTime<T>(deadlines: Deadlines, command: () => Promise<T>): Promise<T> {
    const result = await deadlines.watch(command());
    if (result === LATE) throw new CacheError('TIMEOUT', `Tier "${this.name}" did not answer in time.`);
    return result;
  }
}

/** Tells an observer how long a command took. */
function observed<T>(
  observer: Observer | undefined,
  label: string,
  operation: string,
  run: () => MaybePromise<T | Failed>,
): MaybePromise<T | Failed> {
  if (observer === undefined) return run();
  const began = observer.now();
  const tell = (failed: boolean): void => observer.command(label, operation, observer.now() - began, failed);
  try {
    const answer = run();
    if (isPromise(answer)) {
      answer.then(
        (result) => tell(result === FAILED),
        () => tell(true),
      );
    } else {
      tell(answer === FAILED);
    }
    return answer;
  } catch (error) {
    tell(true);
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asItIs<T>(answer: T): T {
  return answer;
}
