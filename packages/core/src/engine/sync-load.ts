import { show } from '../adapter/show.ts';
import { CacheError } from '../errors.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Plan } from '../options/entry-options.ts';
import { asMap } from './batch-load.ts';
import { readManyThrough } from './batch-read.ts';
import { runSync } from './driver.ts';
import type { SyncFactory } from './factory.ts';
import { Context } from './factory.ts';
import { Load } from './load.ts';
import { LoadRun } from './load-run.ts';
import { noteHit, noteMiss } from './lookup.ts';
import { ownValue } from './own-value.ts';
import type { Ticket } from './prepare-load.ts';
import { askForLease, keepFound, readTagState } from './prepare-load.ts';
import type { Found, Reading } from './read.ts';
import { readThrough } from './read.ts';
import type { Lane, Region } from './region.ts';
import type { Made, Ready } from './run-factory.ts';
import { noteRun, reportUnheard } from './run-factory.ts';
import type { Loaded } from './store-load.ts';
import { giveUp, leaveStanding, storeLoaded } from './store-load.ts';
import { fallbackOf } from './timeouts.ts';
import { callFactory } from './wait-for-load.ts';

/*
 * Loading without waiting for anybody: where another load is under way, here or elsewhere, a sync call serves what is
 * stale, or loads by itself and stores nothing over the other's claim.
 */

export function loadSync(region: Region, lane: Lane, key: string, factory: SyncFactory<unknown>, plan: Plan): unknown {
  const load = new Load(key, plan, new LoadRun(false), region.book.renewals);
  const checkedAt = region.context.clock.now();
  const reading = runSync(readThrough(region, lane, key));
  const prepared = prepare(region, lane, load, reading, checkedAt);
  if ('value' in prepared) return prepared.value;
  const context = new Context(key, load.run, ownValue(region, load.usable?.entry.value));
  const ready = [{ load, ticket: prepared.ticket }];
  const outcome = produce(region, ready, () => factory(context));
  if (outcome.failure !== undefined) return fail(region, lane, ready[0]!, outcome.failure.error);
  const loaded = context.skips ? undefined : context.loaded(outcome.value, plan, outcome.durationMs);
  store(region, lane, ready[0]!, loaded);
  return outcome.value;
}

/** As `loadSync`, for many keys: one run of the loader for those that no tier has. */
export function loadManySync(
  region: Region,
  lane: Lane,
  keys: readonly string[],
  loader: (missing: string[], context: { readonly signal: AbortSignal }) => unknown,
  plan: Plan,
): Map<string, unknown> {
  const checkedAt = region.context.clock.now();
  const readings = runSync(readManyThrough(region, lane, keys));
  const values = new Map<string, unknown>();
  const ready: Ready[] = [];
  const run = new LoadRun(false);
  try {
    for (const [at, key] of keys.entries()) {
      const load = new Load(key, plan, run, region.book.renewals);
      const prepared = prepare(region, lane, load, readings[at]!, checkedAt);
      if ('value' in prepared) values.set(key, prepared.value);
      else ready.push({ load, ticket: prepared.ticket });
    }
  } catch (error) {
    for (const { load, ticket } of ready) runSync(giveUp(region, load, ticket));
    throw error;
  }
  if (ready.length === 0) return values;
  const { signal } = run;
  const missing = ready.map(({ load }) => load.key);
  const outcome = produce(region, ready, () => {
    const made = loader([...missing], { signal });
    return isPromise(made) ? made : asMap(made);
  });
  const cost = outcome.durationMs / ready.length;
  const errors: unknown[] = [];
  for (const each of ready) {
    const { key } = each.load;
    // What goes wrong with one key does not touch the others.
    try {
      values.set(key, settle(region, lane, each, outcome, { plan, cost }));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return values;
}

/** Stores one key of a batch. @returns its value, or a stale one that stands in for it. */
function settle(
  region: Region,
  lane: Lane,
  ready: Ready,
  { value: given, failure }: Outcome,
  loaded: Pick<Loaded, 'plan' | 'cost'>,
): unknown {
  if (failure !== undefined) return fail(region, lane, ready, failure.error);
  const value = (given as ReadonlyMap<string, unknown>).get(ready.load.key);
  store(region, lane, ready, { ...loaded, value, tags: [] });
  return value;
}

/** What a key is answered with, or what its factory needs. */
function prepare(
  region: Region,
  lane: Lane,
  load: Load,
  reading: Reading,
  checkedAt: number,
): { readonly value: unknown } | { readonly ticket: Ticket } {
  const { key } = load;
  const { found } = reading;
  if (found !== undefined && !found.stale) return answerFound(region, lane, load, reading, checkedAt);
  if (found !== undefined && region.flights.load(key) !== undefined) return serve(region, lane, key, found);
  if (region.syncLoading.has(key)) {
    throw new CacheError('FACTORY_FAILED', `The factory of key ${show(key)} waits for itself (re-entrant).`);
  }
  const outcome = runSync(askForLease(region, lane, load, reading));
  if (outcome.state === 'hit') return answerFound(region, lane, load, outcome.reading, checkedAt);
  if (outcome.state === 'held' && found !== undefined) return serve(region, lane, key, found);
  load.usable = reading.usable;
  const ticket: Ticket = {
    ...runSync(readTagState(region, lane, load)),
    tokens: [...reading.tokens],
    departed: reading.departed,
    lease: outcome.state === 'won' ? outcome.ticket : undefined,
    stores: outcome.state !== 'held',
    replaces: reading.usable !== undefined || reading.rejected > 0,
  };
  return { ticket };
}

interface Outcome extends Made {
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * Runs a sync factory; what it does to its own keys meanwhile overtakes it.
 *
 * @throws TypeError when it returns a promise.
 */
function produce(region: Region, ready: readonly Ready[], factory: () => unknown): Outcome {
  const { clock } = region.context;
  const keys = ready.map(({ load }) => load.key);
  const marks = keys.map((key) => region.flights.sets.enter(key));
  for (const key of keys) region.syncLoading.add(key);
  const began = clock.now();
  let value: unknown;
  let failure: Outcome['failure'];
  try {
    value = callFactory(region, keys, ready[0]!.load.run, factory);
    if (isPromise(value)) {
      Promise.resolve(value).catch(() => {});
      throw new TypeError(
        `The factory of cache.sync (key ${show(keys[0])}) returned a promise; use the async methods.`,
      );
    }
  } catch (error) {
    failure = { error };
  }
  const durationMs = clock.now() - began;
  keys.forEach((key, at) => {
    region.syncLoading.delete(key);
    const mark = marks[at]!;
    region.flights.sets.leave(key, mark);
    if (mark.overtaken) ready[at]!.load.overtake();
    // An async load of the key that began before must not store over this one, which is younger.
    else if (failure === undefined) region.flights.overtakeReads(key);
  });
  noteRun(region, keys, durationMs, false, failure);
  if (failure !== undefined && isPromise(value)) {
    // A mistake in the call, which no stale value is to hide.
    for (const { load, ticket } of ready) runSync(giveUp(region, load, ticket));
    throw failure.error;
  }
  return { value, failure, durationMs };
}

function store(region: Region, lane: Lane, { load, ticket }: Ready, loaded: Loaded | undefined): void {
  noteMiss(region, load.key);
  if (loaded === undefined) runSync(giveUp(region, load, ticket));
  else runSync(storeLoaded(region, lane, load, ticket, loaded));
}

function fail(region: Region, lane: Lane, { load, ticket }: Ready, error: unknown): unknown {
  leaveStanding(region, load, ticket);
  const fallback = fallbackOf(load, region.context.clock.now());
  if (fallback !== undefined && !load.overtaken) {
    reportUnheard(region, load, error);
    return serve(region, lane, load.key, { ...fallback, stale: true }).value;
  }
  noteMiss(region, load.key);
  throw error;
}

function answerFound(
  region: Region,
  lane: Lane,
  load: Load,
  reading: Reading,
  checkedAt: number,
): { readonly value: unknown } {
  runSync(keepFound(region, lane, load, reading, checkedAt));
  return serve(region, lane, load.key, reading.found!);
}

function serve(region: Region, lane: Lane, key: string, found: Found): { readonly value: unknown } {
  noteHit(region, lane, key, found);
  return { value: found.entry.value };
}
