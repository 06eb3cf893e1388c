import type { Entry } from '../entry/entry.ts';
import type { Plan } from '../options/entry-options.ts';
import type { Factory } from './factory.ts';
import type { LoadAnswer } from './load.ts';
import { Load } from './load.ts';
import { LoadRun } from './load-run.ts';
import { ownValue } from './own-value.ts';
import { performLoad } from './perform-load.ts';
import type { Found, Reading } from './read.ts';
import type { Lane, Region } from './region.ts';
import { slideInBackground } from './slide.ts';
import { waitForLoad } from './wait-for-load.ts';

/** Counts an answered lookup, tells of it, and grants a sliding entry its time anew. */
export function noteHit(region: Region, lane: Lane, key: string, { entry, level, stale }: Found): void {
  countHit(region, key, { tier: level.handle.name, stale, negative: entry.negative });
  if (!stale) slideInBackground(region, lane, key, entry);
}

export function countHit(region: Region, key: string, hit: { tier: string; stale: boolean; negative: boolean }): void {
  region.counters.hits++;
  if (hit.stale) region.counters.staleHits++;
  if (hit.negative) region.counters.negativeHits++;
  if (region.events.hearsHits) region.emit('hit', { key, ...hit });
}

/** Tells an observer of keys that are looked up without the short way to the nearest tier. */
export function noteLookups({ name, observer }: Region, keys: readonly string[]): void {
  if (observer !== undefined) for (const key of keys) observer.lookup(name, key);
}

export function noteMiss(region: Region, key: string): void {
  region.counters.misses++;
  if (region.events.hears('miss')) region.emit('miss', { key });
}

/** The value that a read answers with. A negative entry is a miss to those who do not load. */
export function answerOfRead(region: Region, lane: Lane, key: string, { found }: Reading): unknown {
  if (found === undefined || found.entry.negative) {
    noteMiss(region, key);
    return undefined;
  }
  noteHit(region, lane, key, found);
  return found.entry.value;
}

/**
 * XFetch: whether a hit should refresh before its time, the likelier the nearer the end and the longer a load takes.
 * After Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015.
 */
function isDueEarly(entry: Entry, beta: number, now: number, random: number): boolean {
  return entry.cost > 0 && now - entry.cost * beta * Math.log(1 - random) >= entry.freshUntil;
}

/** The value from a load that is under way, or from one that begins here. */
export async function loadOrJoin(region: Region, key: string, factory: Factory<unknown>, plan: Plan): Promise<unknown> {
  const { clock } = region.context;
  for (;;) {
    plan.signal?.throwIfAborted();
    const joined = joinable(region, key);
    if (joined === undefined) break;
    const answer = await countingMiss(region, key, joinLoad(region, joined, clock.now(), plan), plan);
    if (answer !== undefined) return answerOf(region, key, answer);
  }
  const load = beginLoad(region, key, factory, plan, { background: false, replaces: 0 });
  return answerOf(region, key, await countingMiss(region, key, waitForLoad(region, load, clock.now(), plan), plan));
}

/** A lookup whose load fails found nothing, too; but for a caller who has gone nobody can say. */
async function countingMiss<T>(region: Region, key: string, answer: Promise<T>, { signal }: Plan): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!signal?.aborted) noteMiss(region, key);
    throw error;
  }
}

/** A load of the key that is under way, and whose answer may still be waited for. */
export function joinable(region: Region, key: string): Load | undefined {
  const load = region.flights.load(key);
  return load === undefined || load.run.isStopped ? undefined : load;
}

/**
 * Waits for a load that is under way. `undefined` when what it answers was over before the caller came, by its ttl or
 * because one of its tags was invalidated meanwhile: then the caller needs another load.
 */
export async function joinLoad(region: Region, load: Load, now: number, plan: Plan): Promise<LoadAnswer | undefined> {
  const { book, counters, flights } = region;
  counters.joins++;
  const { renewals } = book;
  const answer = await waitForLoad(region, load, now, plan);
  const isInvalid = renewals > load.since && answer.tags.some((tag) => book.isRenewedSince(tag, load.since));
  const isOver = now >= (load.hit?.freshUntil ?? load.madeUntil);
  if (!isInvalid && !isOver) return answer;
  flights.dismiss(load);
  return undefined;
}

/** After a hit: refreshes the key behind it, if chance has it and nobody is loading it already. */
export function refreshEarly(
  region: Region,
  key: string,
  factory: Factory<unknown>,
  plan: Plan,
  entry: Entry | undefined,
): void {
  if (plan.beta === 0 || entry === undefined || entry.negative || region.flights.load(key) !== undefined) return;
  const { clock } = region.context;
  if (!isDueEarly(entry, plan.beta, clock.now(), clock.random())) return;
  beginLoad(region, key, factory, plan, { background: true, replaces: entry.version });
}

function beginLoad(
  region: Region,
  key: string,
  factory: Factory<unknown>,
  plan: Plan,
  start: { background: boolean; replaces: number },
): Load {
  const load = new Load(key, plan, new LoadRun(start.background), region.book.renewals);
  region.flights.begin(key, load);
  const loaded = performLoad(region, load, factory, start.replaces);
  if (plan.beta > 0 && !start.background) {
    void loaded.then(() => refreshEarly(region, key, factory, plan, load.hit));
  }
  return load;
}

/** Counts what a load answered. @returns the value, as this caller gets it. */
export function answerOf(region: Region, key: string, { value, stale, tier }: LoadAnswer): unknown {
  if (tier === undefined) noteMiss(region, key);
  else countHit(region, key, { tier, stale, negative: value === undefined });
  return ownValue(region, value);
}
