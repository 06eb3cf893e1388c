import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Leases } from '../ports/keyspace.ts';
import { run } from './driver.ts';
import type { Factory } from './factory.ts';
import { Context } from './factory.ts';
import { LeaseWait } from './lease-wait.ts';
import type { Load } from './load.ts';
import { answerFrom } from './load.ts';
import { ownValue } from './own-value.ts';
import type { LeaseOutcome, Ticket } from './prepare-load.ts';
import { askForLease, keepFound, readTagState } from './prepare-load.ts';
import type { Found, Reading } from './read.ts';
import { readThrough } from './read.ts';
import type { Region } from './region.ts';
import { reportUnheard, runFactory } from './run-factory.ts';
import { slideInBackground } from './slide.ts';
import { giveUp, storeLoaded } from './store-load.ts';
import { limitPatience } from './timeouts.ts';

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
    load.patience?.cancel();
    region.flights.end(load.key, load);
  }
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
  load.usable = reading.usable;
  const tagState = run(readTagState(region, region.async, load));
  const ticketOf = (state: Pick<Ticket, 'tags' | 'epoch'>, lease: Pick<Ticket, 'lease' | 'stores'>): Ticket => ({
    ...state,
    ...lease,
    tokens: [...reading.tokens],
    departed: reading.departed,
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
  const wait = new LeaseWait(region.context.clock, region.context.leaseWaitMs);
  let outcome = await first;
  try {
    for (;;) {
      if (outcome.state === 'alone') return { lease: undefined, stores: true };
      if (outcome.state === 'won') return { lease: outcome.ticket, stores: true };
      if (outcome.state === 'hit') {
        await answerFound(region, load, outcome.reading, checkedAt);
        return undefined;
      }
      // Another refreshes it; whoever was answered with a stale value needs no second one, and nobody may join this now.
      if (!load.isAwaited) {
        region.flights.end(load.key, load);
        return undefined;
      }
      if (wait.isOver) return { lease: undefined, stores: false };
      onHeld?.();
      limitPatience(region, [load]);
      outcome = await askAgain(region, load, reading, outcome.leases, wait);
    }
  } finally {
    wait.cancel();
  }
}

/** What asking for the lease comes to when there is reason to hope that the other has ended it. */
async function askAgain(
  region: Region,
  load: Load,
  reading: Reading,
  leases: Leases,
  wait: LeaseWait,
): Promise<LeaseOutcome> {
  const watch = wait.watch(leases, load.key, region.context.leaseTtlMs);
  try {
    if (!watch.listens) await load.run.orStopped(wait.orOver(watch));
    const outcome = await run(askForLease(region, region.async, load, reading));
    if (watch.listens && outcome.state === 'held') await load.run.orStopped(wait.orOver(watch));
    return outcome;
  } finally {
    watch.cancel();
  }
}

/** Runs the factory, stores what it gives, and answers. */
async function produce(region: Region, load: Load, ticket: Ticket, factory: Factory<unknown>): Promise<void> {
  const context = new Context(load.key, load.run, ownValue(region, load.usable?.entry.value));
  const made = await runFactory(region, [{ load, ticket }], () => factory(context));
  if (made === undefined) return;
  const stored = context.skips
    ? run(giveUp(region, load, ticket))
    : run(storeLoaded(region, region.async, load, ticket, context.loaded(made.value, load.plan, made.durationMs)));
  if (isPromise(stored)) await stored;
  load.resolve({ value: made.value, stale: false, tier: undefined, tags: [...load.plan.tags, ...context.tags] });
}
