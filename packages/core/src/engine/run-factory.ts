import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { isPromise } from '../maybe-promise.ts';
import { run as runOp } from './driver.ts';
import type { Load } from './load.ts';
import { answerFrom } from './load.ts';
import type { Ticket } from './prepare-load.ts';
import type { Region } from './region.ts';
import { giveUp, keepLease, leaveStanding } from './store-load.ts';
import { fallbackOf, limitPatience, limitRun } from './timeouts.ts';
import { callFactory } from './wait-for-load.ts';

/** A load whose factory may run. */
export interface Ready {
  readonly load: Load;
  readonly ticket: Ticket;
}

/** What a factory gave. */
export interface Made {
  readonly value: unknown;
  readonly durationMs: number;
}

/**
 * Runs the factory of loads that share a run, within their time-outs, and keeps their leases meanwhile. `undefined` when
 * it failed: then the loads have been answered.
 */
export async function runFactory(
  region: Region,
  ready: readonly Ready[],
  factory: () => MaybePromise<unknown>,
): Promise<Made | undefined> {
  const { clock } = region.context;
  const loads = ready.map(({ load }) => load);
  const keys = loads.map(({ key }) => key);
  const { plan, run } = loads[0]!;
  const fail = (error: unknown): void => {
    for (const { load, ticket } of ready) failLoad(region, load, ticket, error);
  };
  if (run.isStopped) return void fail(run.stopReason);
  const began = clock.now();
  const renewals = ready.map(({ load, ticket }) => keepLease(region, load, ticket));
  limitPatience(region, loads);
  const limit = limitRun(region, run, keys, plan.hardMs);
  let value: unknown;
  let failure: { readonly error: unknown } | undefined;
  try {
    const made = callFactory(region, keys, run, factory);
    value = isPromise(made) ? await run.orStopped(made) : made;
  } catch (error) {
    failure = { error };
  } finally {
    limit?.cancel();
    for (const { patience } of loads) patience?.cancel();
    for (const stop of renewals) stop();
  }
  const durationMs = clock.now() - began;
  noteRun(region, keys, durationMs, run.background || loads.every(({ servesStale }) => servesStale), failure);
  return failure === undefined ? { value, durationMs } : void fail(failure.error);
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
function failLoad(region: Region, load: Load, ticket: Ticket, error: unknown): void {
  const isGivenUp = load.run.isStopped && !CacheError.is(error, 'TIMEOUT');
  if (isGivenUp) void runOp(giveUp(region, load, ticket));
  else leaveStanding(region, load, ticket);
  const fallback = fallbackOf(load, region.context.clock.now());
  region.flights.end(load.key, load);
  const isSurvived = fallback !== undefined && !load.overtaken;
  if (!isGivenUp && (isSurvived || load.run.background || !load.isAwaited)) reportUnheard(region, load, error);
  if (!isSurvived || isGivenUp) load.reject(error);
  else load.resolve(answerFrom(fallback, true));
}

/** An error of a refresh, or one that a stale value stands in for, has no caller to reach. */
export function reportUnheard(region: Region, load: Load, cause: unknown): void {
  const error = CacheError.is(cause) ? cause : new CacheError('FACTORY_FAILED', 'A refresh failed.', { cause });
  region.context.reportError(region, error, { operation: 'refresh', key: load.key });
}
