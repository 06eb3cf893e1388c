import { show } from '../adapter/show.ts';
import { usableUntil } from '../entry/entry.ts';
import { CacheError } from '../errors.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Timer } from '../ports/clock.ts';
import type { Load, LoadAnswer } from './load.ts';
import { answerFrom } from './load.ts';
import type { LoadRun } from './load-run.ts';
import type { Found } from './read.ts';
import type { Region } from './region.ts';

/** What a load that fails or takes too long may be answered with at `now`. */
export function fallbackOf({ usable }: Load, now: number): Found | undefined {
  return usable !== undefined && !usable.entry.negative && now < usableUntil(usable.entry) ? usable : undefined;
}

/**
 * Lets the `softTimeout` of loads run, unless it does: a factory has begun, here or in the process that holds the lease.
 * Loads given together end together.
 */
export function limitPatience(region: Region, loads: readonly Load[]): void {
  const { clock } = region.context;
  const softMs = loads[0]?.plan.softMs ?? Infinity;
  const impatient = loads.filter(({ usable, patience }) => usable !== undefined && patience === undefined);
  if (softMs === Infinity || impatient.length === 0) return;
  const serve = (): void => {
    for (const load of impatient) {
      const fallback = fallbackOf(load, clock.now());
      if (fallback !== undefined && !load.isSettled) load.serveStale(fallback, usableUntil(fallback.entry));
    }
  };
  const timer = clock.setTimer(serve, softMs, false);
  for (const load of impatient) load.patience = timer;
}

/** Lets the `hardTimeout` of a run begin. */
export function limitRun(region: Region, run: LoadRun, keys: readonly string[], hardMs: number): Timer | undefined {
  if (hardMs === Infinity) return undefined;
  return region.context.clock.setTimer(() => run.stop(timedOut(keys, hardMs)), hardMs, false);
}

/**
 * The answer of a load, or what becomes of a caller who allows it less time than whoever began it: the load goes on for
 * the others.
 */
export function withinOwnTimeouts(
  region: Region,
  load: Load,
  { softMs, hardMs }: Plan,
  answer: Promise<LoadAnswer>,
): Promise<LoadAnswer> {
  if (softMs >= load.plan.softMs && hardMs >= load.plan.hardMs) return answer;
  const { clock } = region.context;
  const { promise, resolve, reject } = Promise.withResolvers<LoadAnswer>();
  const serveStale = (): boolean => {
    const fallback = fallbackOf(load, clock.now());
    if (fallback !== undefined) resolve(answerFrom(fallback, true));
    return fallback !== undefined;
  };
  const end = (): void => {
    if (!serveStale()) reject(timedOut([load.key], hardMs));
  };
  const timers = [
    softMs < Infinity ? clock.setTimer(serveStale, softMs, false) : undefined,
    hardMs < Infinity ? clock.setTimer(end, hardMs, false) : undefined,
  ];
  return Promise.race([answer, promise]).finally(() => {
    for (const timer of timers) timer?.cancel();
  });
}

/** What callers get of a load that passed a `hardTimeout`. */
function timedOut(keys: readonly string[], hardMs: number): CacheError {
  const others = keys.length > 1 ? ` and ${keys.length - 1} more` : '';
  return new CacheError(
    'TIMEOUT',
    `The factory of key ${show(keys[0])}${others} did not answer within the hardTimeout of ${hardMs} ms.`,
  );
}
