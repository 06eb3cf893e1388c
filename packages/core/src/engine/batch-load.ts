import { show } from '../adapter/show.ts';
import { isPromise } from '../maybe-promise.ts';
import type { Plan } from '../options/entry-options.ts';
import { readManyThrough } from './batch-read.ts';
import { run } from './driver.ts';
import type { LoadAnswer } from './load.ts';
import { Load } from './load.ts';
import { LoadRun } from './load-run.ts';
import { answerOf, joinable, joinLoad } from './lookup.ts';
import { prepareRead } from './perform-load.ts';
import type { Ticket } from './prepare-load.ts';
import type { Reading } from './read.ts';
import type { Region } from './region.ts';
import type { Ready } from './run-factory.ts';
import { reportUnheard, runFactory } from './run-factory.ts';
import type { Loaded } from './store-load.ts';
import { storeLoaded } from './store-load.ts';
import { assertNotBlocked, waitForLoad } from './wait-for-load.ts';

/** What a loader of many keys gives: the values that it found, by key. */
export type ManyLoaded<V> = ReadonlyMap<string, V> | Readonly<Record<string, V>>;
export type ManyLoader<V> = (
  missing: string[],
  context: { readonly signal: AbortSignal },
) => ManyLoaded<V> | Promise<ManyLoaded<V>>;

/** So many keys of a batch are loaded together, though other loads have taken all the room there is. */
const LEAST_AT_ONCE = 1_000;

/**
 * The values of many keys: from tiers, from loads under way, and from one run of the loader for all the others, as far
 * as so many loads may be under way.
 */
export async function loadMany(
  region: Region,
  keys: readonly string[],
  loader: ManyLoader<unknown>,
  plan: Plan,
): Promise<Map<string, unknown>> {
  const answers = new Map<string, LoadAnswer>();
  let missing = keys;
  while (missing.length > 0) {
    plan.signal?.throwIfAborted();
    await loadRound(region, missing, loader, plan, answers);
    missing = missing.filter((key) => !answers.has(key));
  }
  return new Map(keys.map((key) => [key, answerOf(region, key, answers.get(key)!)]));
}

/** Notes the answers of all keys but those whose load by somebody else failed, or is outdated, and those without room. */
async function loadRound(
  region: Region,
  keys: readonly string[],
  loader: ManyLoader<unknown>,
  plan: Plan,
  answers: Map<string, LoadAnswer>,
): Promise<void> {
  const now = region.context.clock.now();
  const others = new Map<string, Load>();
  for (const key of keys) {
    const load = joinable(region, key);
    if (load === undefined) continue;
    assertNotBlocked(load);
    others.set(key, load);
  }
  const joined = [...others].map(async ([key, load]): Promise<void> => {
    const answer = await joinLoad(region, load, now, plan);
    if (answer !== undefined) answers.set(key, answer);
  });
  // What finds no room has its turn when these are done.
  const mine = keys.filter((key) => !others.has(key)).slice(0, Math.max(region.flights.room, LEAST_AT_ONCE));
  const begun = beginLoads(region, mine, loader, plan);
  const own = [...begun].map(async ([key, load]): Promise<void> => {
    answers.set(key, await waitForLoad(region, load, now, plan));
  });
  const [outcomes] = await Promise.all([Promise.allSettled(joined), Promise.all(own)]);
  const loads = [...others.values()];
  outcomes.forEach((outcome, at) => {
    // Keys whose load has failed are loaded again; but this caller may have no time left, or the cache.
    const isOver = region.context.isClosed || !loads[at]!.isSettled;
    if (outcome.status === 'rejected' && isOver) throw outcome.reason;
  });
}

function beginLoads(
  region: Region,
  keys: readonly string[],
  loader: ManyLoader<unknown>,
  plan: Plan,
): Map<string, Load> {
  const loadRun = new LoadRun(false);
  const loads = new Map(keys.map((key) => [key, new Load(key, plan, loadRun, region.book.renewals)]));
  for (const [key, load] of loads) region.flights.begin(key, load);
  if (loads.size > 0) void performLoads(region, loads, loader);
  return loads;
}

/** Loads many keys with one run of the loader, as far as other processes do not load them. Never rejects. */
async function performLoads(
  region: Region,
  loads: ReadonlyMap<string, Load>,
  loader: ManyLoader<unknown>,
): Promise<void> {
  const over = (load: Load): void => region.flights.end(load.key, load);
  try {
    const checkedAt = region.context.clock.now();
    const reading = run(
      readManyThrough(region, region.async, [...loads.keys()], (key, found) => loads.get(key)?.serveStale(found)),
    );
    const readings: readonly Reading[] = isPromise(reading) ? await reading : reading;
    const ready: Ready[] = [];
    const prompt: Promise<void>[] = [];
    const later: Promise<void>[] = [];
    for (const [at, load] of [...loads.values()].entries()) {
      const held = Promise.withResolvers<'held'>();
      const prepared = prepareRead(region, load, readings[at]!, checkedAt, () => held.resolve('held'));
      if (!isPromise(prepared)) {
        if (prepared === undefined) over(load);
        else ready.push({ load, ticket: prepared });
        continue;
      }
      const first = Promise.race([prepared, held.promise]).then((outcome) => {
        // Another process loads it: no reason for the other keys to wait.
        if (outcome === 'held') later.push(loadHeld(region, load, prepared, loader));
        else if (outcome === undefined) over(load);
        else ready.push({ load, ticket: outcome });
      });
      prompt.push(first);
    }
    await Promise.all(prompt);
    await Promise.all([produceMany(region, ready, loader), ...later]);
  } catch (error) {
    for (const load of loads.values()) {
      if (!load.isAwaited) reportUnheard(region, load, error);
      load.reject(error);
    }
  } finally {
    for (const load of loads.values()) over(load);
  }
}

/** A key whose lease another holds: if it has to be loaded after all, it is by a run of its own. */
async function loadHeld(
  region: Region,
  load: Load,
  prepared: Promise<Ticket | undefined>,
  loader: ManyLoader<unknown>,
): Promise<void> {
  try {
    const ticket = await prepared;
    if (ticket !== undefined) await produceMany(region, [{ load, ticket }], loader);
  } catch (error) {
    load.reject(error);
  } finally {
    load.patience?.cancel();
    region.flights.end(load.key, load);
  }
}

async function produceMany(region: Region, ready: readonly Ready[], loader: ManyLoader<unknown>): Promise<void> {
  if (ready.length === 0) return;
  const { plan, run: loadRun } = ready[0]!.load;
  const keys = ready.map(({ load }) => load.key);
  const made = await runFactory(region, ready, () => {
    const given = loader([...keys], contextOf(loadRun));
    return isPromise(given) ? Promise.resolve(given).then(asMap) : asMap(given);
  });
  if (made === undefined) return;
  const values = made.value as ReadonlyMap<string, unknown>;
  await Promise.all(
    ready.map(({ load, ticket }) => {
      const value = values.get(load.key);
      return storeOne(region, load, ticket, { value, plan, cost: made.durationMs / keys.length, tags: [] });
    }),
  );
}

/** Stores and answers one key of a batch; what goes wrong with it does not touch the others. */
async function storeOne(region: Region, load: Load, ticket: Ticket, loaded: Loaded): Promise<void> {
  try {
    await run(storeLoaded(region, region.async, load, ticket, loaded));
    load.resolve({ value: loaded.value, stale: false, tier: undefined, tags: loaded.plan.tags });
  } catch (error) {
    if (!load.isAwaited) reportUnheard(region, load, error);
    load.reject(error);
  } finally {
    // Other keys of the batch may take longer; whoever comes for this one reads it from the tiers.
    region.flights.end(load.key, load);
  }
}

function contextOf(loadRun: LoadRun): { readonly signal: AbortSignal } {
  return {
    get signal() {
      return loadRun.signal;
    },
  };
}

/** @throws TypeError for what is neither a Map nor a record. */
export function asMap(loaded: unknown): ReadonlyMap<string, unknown> {
  if (loaded instanceof Map) return loaded;
  if (typeof loaded === 'object' && loaded !== null && !Array.isArray(loaded)) return new Map(Object.entries(loaded));
  throw new TypeError(
    `The loader of getOrSetMany() must return a Map or a record of values by key, not ${show(loaded)}.`,
  );
}
