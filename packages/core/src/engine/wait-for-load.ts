import { show } from '../adapter/show.ts';
import { CacheError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Plan } from '../options/entry-options.ts';
import type { AsyncStorage } from '../platform.ts';
import { createAsyncStorage } from '../platform.ts';
import type { Load, LoadAnswer } from './load.ts';
import type { LoadRun } from './load-run.ts';
import type { Region } from './region.ts';
import { withinOwnTimeouts } from './timeouts.ts';
import { loadTracer } from './tracing.ts';

/** Which run the current call was made in. Made with the first factory, so that a cache without loads pays nothing. */
let storage: AsyncStorage<LoadRun> | undefined;
let isMade = false;

/** Calls a factory so that the calls it makes are known to be its. */
export function callFactory<T>(
  region: Region,
  keys: readonly string[],
  run: LoadRun,
  factory: () => MaybePromise<T>,
): MaybePromise<T> {
  if (!isMade) {
    storage = createAsyncStorage();
    isMade = true;
  }
  const call = (): MaybePromise<T> => (storage === undefined ? factory() : storage.run(run, factory));
  if (!loadTracer.isHeard) return call();
  return loadTracer.trace({ cache: region.context.name, region: region.name, operation: 'load', keys }, call);
}

/** @throws CacheError `FACTORY_FAILED` when the caller is a factory for which the load, directly or in a circle, waits. */
export function assertNotBlocked(load: Load): void {
  const caller = storage?.getStore();
  if (caller === undefined || caller.isStopped || !load.run.isBlockedBy(caller)) return;
  throw new CacheError('FACTORY_FAILED', `The factory of key ${show(load.key)} waits for itself (re-entrant).`);
}

/**
 * Waits for a load as one of its callers, by the caller's own signal and time-outs.
 *
 * @throws CacheError `TIMEOUT` when the caller allows less time than whoever began the load.
 * @throws CacheError `FACTORY_FAILED` when the caller is a factory for which the load, directly or in a circle, waits.
 */
export async function waitForLoad(region: Region, load: Load, now: number, plan: Plan): Promise<LoadAnswer> {
  const { run } = load;
  const { signal } = plan;
  assertNotBlocked(load);
  const caller = storage?.getStore();
  if (caller?.isStopped === false) caller.waitFor(run);
  run.waiters++;
  let gaveUp: { readonly reason: unknown } | undefined;
  try {
    const answer = withinOwnTimeouts(region, load, plan, load.answer(now));
    return signal === undefined ? await answer : await orAborted(answer, signal);
  } catch (reason) {
    if (!load.isSettled) gaveUp = { reason };
    throw reason;
  } finally {
    run.waiters--;
    caller?.doneWith(run);
    if (gaveUp !== undefined && run.waiters === 0 && !run.background && !load.servesStale) run.stop(gaveUp.reason);
  }
}

/** The promise's outcome, or the signal's reason as soon as it aborts. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}
