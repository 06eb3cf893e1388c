import { usableUntil } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Timer } from '../ports/clock.ts';
import { run } from './driver.ts';
import type { Factory } from './factory.ts';
import { Context, timedOut } from './factory.ts';
import { LeaseWatch } from './lease-watch.ts';
import type { Load } from './load.ts';
import { answerFrom } from './load.ts';
import type { LeaseOutcome, Ticket } from './prepare-load.ts';
import { askForLease, keepFound, readTagState } from './prepare-load.ts';
import type { Found, Reading } from './read.ts';
import { readThrough } from './read.ts';
import type { Region } from './region.ts';
import { slideInBackground } from './slide.ts';
import { giveUp, keepLease, leaveStanding, storeLoaded } from './store-load.ts';
import { callFactory } from './wait-for-load.ts';

/** How long a waiter sleeps at first where a tier cannot wake it; then twice as long each time. */
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 200;

/** Loads a key and answers its callers. Never rejects. */
export async function performLoad(
  region: Region,
  load: Load,
  factory: Factory<unknown>,
  replaces: number,
): Promise<void> {
  try {
    const preparing = prepareLoad(region, load, replaces);
    const ticket = isPromise(preparing) ? await preparing : preparing;
    if (ticket !== undefined) await produce(region, load, ticket, factory);
  } catch (error) {
    if (!load.isAwaited || load.run.background) reportUnheard(region, load, error);
    load.reject(error);
  } finally {
    region.flights.end(load.key, load);
  }
}

/** An error of a refresh, or one that a stale value stands in for, has no caller to reach. */
export function reportUnheard(region: Region, load: Load, cause: unknown): void {
  const error = CacheError.is(cause) ? cause : new CacheError('FACTORY_FAILED', 'A refresh failed.', { cause });
  region.context.reportError(region, error, { operation: 'refresh', key: load.key });
}

/** Reads the tiers, then gets what has to be held before a factory may run; `undefined` when no factory is needed. */
function prepareLoad(region: Region, load: Load, replaces: number): MaybePromise<Ticket | undefined> {
  const checkedAt = region.context.clock.now();
  const onStale = (found: Found): void => load.serveStale(found);
  const reading = run(readThrough(region, region.async, load.key, { replaces, onStale, counts: replaces === 0 }));
  return isPromise(reading)
    ? reading.then((read) => prepareRead(region, load, read, checkedAt))
    : prepareRead(region, load, reading, checkedAt);
}

/** As `prepareLoad`, for a key that has been read. */
export function prepareRead(
  region: Region,
  load: Load,
  reading: Reading,
  checkedAt: number,
  onHeld?: () => void,
): MaybePromise<Ticket | undefined> {
  if (reading.found !== undefined && !reading.found.stale) return answerFound(region, load, reading, checkedAt);
  const tagState = run(readTagState(region, region.async, load));
  const ticketOf = (state: Pick<Ticket, 'tags' | 'epoch'>, lease: Pick<Ticket, 'lease' | 'stores'>): Ticket => ({
    ...state,
    ...lease,
    tokens: [...reading.tokens],
    usable: reading.usable,
    replaces: reading.usable !== undefined || reading.rejected > 0,
  });
  const lease = acquire(region, load, reading, { checkedAt, onHeld });
  if (!isPromise(lease) && !isPromise(tagState)) return lease === undefined ? undefined : ticketOf(tagState, lease);
  return Promise.all([tagState, lease]).then(([state, won]) => (won === undefined ? undefined : ticketOf(state, won)));
}

function answerFound(region: Region, load: Load, reading: Reading, checkedAt: number): MaybePromise<undefined> {
  const answer = (): undefined => {
    const { entry } = reading.found!;
    slideInBackground(region, region.async, load.key, entry);
    load.hit = entry;
    load.resolve(answerFrom(reading.found!, false));
  };
  const copied = run(keepFound(region, region.async, load, reading, checkedAt));
  return isPromise(copied) ? copied.then(answer) : answer();
}

interface AcquireOptions {
  readonly checkedAt: number;
  /** Hears that another holds the lease, before it is waited for. */
  readonly onHeld: (() => void) | undefined;
}

/** The lease, or leave to load without; `undefined` when another load has answered, or will for us. */
function acquire(
  region: Region,
  load: Load,
  reading: Reading,
  options: AcquireOptions,
): MaybePromise<Pick<Ticket, 'lease' | 'stores'> | undefined> {
  const asked = run(askForLease(region, region.async, load, reading));
  if (!isPromise(asked) && asked.state === 'alone') return { lease: undefined, stores: true };
  if (!isPromise(asked) && asked.state === 'won') return { lease: asked.ticket, stores: true };
  return acquireWaiting(region, load, reading, options, asked);
}

async function acquireWaiting(
  region: Region,
  load: Load,
  reading: Reading,
  { checkedAt, onHeld }: AcquireOptions,
  first: MaybePromise<LeaseOutcome>,
): Promise<Pick<Ticket, 'lease' | 'stores'> | undefined> {
  const { clock, leaseTtlMs, leaseWaitMs } = region.context;
  const deadline = clock.now() + leaseWaitMs;
  let pollMs = FIRST_POLL_MS;
  let outcome = await first;
  for (;;) {
    if (outcome.state === 'alone') return { lease: undefined, stores: true };
    if (outcome.state === 'won') return { lease: outcome.ticket, stores: true };
    if (outcome.state === 'hit') {
      await answerFound(region, load, outcome.reading, checkedAt);
      return undefined;
    }
    // Another refreshes it; whoever was answered with a stale value needs no second one.
    if (!load.isAwaited) return undefined;
    onHeld?.();
    const left = deadline - clock.now();
    if (left <= 0) return { lease: undefined, stores: false };
    // A lease that nobody renews is over by `leaseTtl`, should the tier forget to wake us.
    const times = { pollMs, limitMs: Math.min(left, leaseTtlMs) };
    const watch = new LeaseWatch(outcome.leases, load.key, clock, times);
    pollMs = Math.min(pollMs * 2, LAST_POLL_MS);
    try {
      if (!watch.listens) await load.run.orStopped(watch.over);
      outcome = await run(askForLease(region, region.async, load, reading));
      if (watch.listens && outcome.state === 'held') await load.run.orStopped(watch.over);
    } finally {
      watch.cancel();
    }
  }
}

/** Runs the factory, stores what it gives, and answers. */
async function produce(region: Region, load: Load, ticket: Ticket, factory: Factory<unknown>): Promise<void> {
  if (load.run.isStopped) return fail(region, load, ticket, load.run.stopReason);
  const { clock } = region.context;
  const began = clock.now();
  const context = new Context(load.key, load.run, ticket.usable?.entry);
  const stopRenewing = keepLease(region, load, ticket);
  const timers = limit(region, load, ticket);
  let failure: { readonly error: unknown } | undefined;
  let value: unknown;
  try {
    const made = callFactory(region, [load.key], load.run, () => factory(context));
    value = isPromise(made) ? await load.run.orStopped(made) : made;
  } catch (error) {
    failure = { error };
  } finally {
    for (const timer of timers) timer.cancel();
    stopRenewing();
  }
  const durationMs = clock.now() - began;
  noteRun(region, [load.key], durationMs, load.servesStale || load.run.background, failure);
  if (failure !== undefined) return fail(region, load, ticket, failure.error);
  const stored = context.skips
    ? run(giveUp(region, load, ticket))
    : run(storeLoaded(region, region.async, load, ticket, context.loaded(value, load.plan, durationMs)));
  if (isPromise(stored)) await stored;
  load.resolve({ value, stale: false, tier: undefined, tags: [...load.plan.tags, ...context.tags] });
}

/** Counts a run of a factory and tells of it. */
export function noteRun(
  region: Region,
  keys: readonly string[],
  durationMs: number,
  background: boolean,
  failure: { readonly error: unknown } | undefined,
): void {
  region.counters.loads++;
  region.counters.loadTime += durationMs;
  if (failure !== undefined) region.counters.loadErrors++;
  if (!region.events.hears('load')) return;
  region.emit('load', { keys, durationMs, background, ...(failure === undefined ? {} : { error: failure.error }) });
}

/** Answers a failed load: with the value of `staleIfError`, or with the factory's own error. */
export function fail(region: Region, load: Load, ticket: Ticket, error: unknown): void {
  const isGivenUp = load.run.isStopped && !CacheError.is(error, 'TIMEOUT');
  if (isGivenUp) void run(giveUp(region, load, ticket));
  else leaveStanding(region, load, ticket);
  const fallback = fallbackOf(ticket, region.context.clock.now());
  region.flights.end(load.key, load);
  const isSurvived = fallback !== undefined && !load.overtaken;
  if (!isGivenUp && (isSurvived || load.run.background || !load.isAwaited)) reportUnheard(region, load, error);
  if (!isSurvived || isGivenUp) load.reject(error);
  else load.resolve(answerFrom(fallback, true));
}

/** What a failing load may be answered with at `now`. */
export function fallbackOf({ usable }: Ticket, now: number): Found | undefined {
  return usable !== undefined && !usable.entry.negative && now < usableUntil(usable.entry) ? usable : undefined;
}

/** The timers of `softTimeout` and `hardTimeout`, running from now. */
function limit(region: Region, load: Load, ticket: Ticket): Timer[] {
  const { softMs, hardMs } = load.plan;
  const { clock } = region.context;
  const timers: Timer[] = [];
  if (softMs < Infinity && ticket.usable !== undefined) {
    const serve = (): void => {
      const fallback = fallbackOf(ticket, clock.now());
      if (fallback !== undefined) load.serveStale(fallback, usableUntil(fallback.entry));
    };
    timers.push(clock.setTimer(serve, softMs, false));
  }
  if (hardMs < Infinity) timers.push(clock.setTimer(() => load.run.stop(timedOut(load.key, hardMs)), hardMs, false));
  return timers;
}
