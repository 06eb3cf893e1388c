import type { CityDatabase } from '../cities/city-database.ts';
import { Progress } from '../report/progress.ts';
import type { Terminal } from '../report/terminal.ts';
import type { CityCache } from '../service/city-cache.ts';
import { Remote } from '../thread/remote.ts';
import type { Comparison } from './comparison.ts';
import type { Load, LoadTarget } from './load-thread.ts';
import type { Measurement } from './measurement.ts';
import { measure } from './measurement.ts';
import type { PhaseResult } from './phase.ts';
import type { Stampede } from './stampede.ts';

export const CALLERS = 16;
export const STAMPEDING = 100;
const POPULAR = 5000;
const COMPARED = 200;
const LOAD_THREAD = new URL('./load-thread.ts', import.meta.url);

interface Phase {
  readonly title: string;
  readonly cached: boolean;
  readonly seconds: number;
  /** Phases with the same seed are asked the same, in the same order. */
  readonly seed: number;
}

const COLD = 'cold cache';
/** What the phase with a cold cache is when an earlier run has left something in the file tier. */
const RESTARTED = 'restarted';

const PHASES: readonly Phase[] = [
  { title: 'without cache', cached: false, seconds: 8, seed: 1 },
  { title: COLD, cached: true, seconds: 12, seed: 1 },
  { title: 'warm cache', cached: true, seconds: 8, seed: 2 },
];

export type MeasuredPhase = Phase & PhaseResult & Measurement;

export interface Outcome {
  /** How many different cities were asked for. */
  readonly popular: number;
  /** Of the database. */
  readonly threads: number;
  /** Entries of an earlier run that the cache began with. */
  readonly kept: number;
  readonly phases: readonly MeasuredPhase[];
  readonly stampedes: { readonly uncached: Stampede & Measurement; readonly cached: Stampede & Measurement };
  readonly comparison: Comparison;
  /** What was wrong with any answer; empty if all is well. */
  readonly failures: readonly string[];
}

export interface ExperimentOptions {
  readonly url: string;
  readonly database: CityDatabase;
  readonly cache: CityCache;
  /** The most that a phase asks. */
  readonly requests: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Puts the service under load without its cache, with a cold one (or with what an earlier run has left on disk) and with
 * a warm one, and checks every answer.
 *
 * @throws whatever the load fails with when `signal` ends it.
 */
export async function experiment(options: ExperimentOptions): Promise<Outcome> {
  const { url, database, cache, signal } = options;
  const kept = cache.stats().tiers.file?.size ?? 0;
  const cities = await database.largest(POPULAR);
  await using load = new Remote<Load>(LOAD_THREAD, { url, cities } satisfies LoadTarget);
  using _ = onAbort(signal, () => void load[Symbol.asyncDispose]());

  const phases: MeasuredPhase[] = [];
  for (const phase of PHASES) {
    const title = kept > 0 && phase.title === COLD ? RESTARTED : phase.title;
    phases.push(await underLoad(load, { ...phase, title }, options));
  }

  const path = coldPath();
  const stampede = (cached: boolean) =>
    measure(options, () => load.call('stampede', { path, callers: STAMPEDING, cached }));
  const stampedes = { uncached: await stampede(false), cached: await stampede(true) };

  const comparison = await load.call('compare', COMPARED, PHASES.at(-1)!.seed);
  const failures = [...phases, ...Object.values(stampedes), comparison].flatMap(({ failures }) => failures);
  return { popular: cities.length, threads: database.threads, kept, phases, stampedes, comparison, failures };
}

async function underLoad(load: Remote<Load>, phase: Phase, options: ExperimentOptions): Promise<MeasuredPhase> {
  using progress = new Progress(options.terminal, `Load, ${phase.title}`);
  const { cached, seconds, seed } = phase;
  const { requests } = options;
  const running = measure(options, () => load.call('phase', { cached, seconds, requests, callers: CALLERS }, seed));
  return { ...phase, ...(await progress.follow(running, () => load.call('progress'))) };
}

/** What the load has not asked for: a point in the South Atlantic, another one in every run. */
function coldPath(): string {
  const tenths = (): number => Math.floor(Math.random() * 300) / 10;
  return `/nearest?lat=${-25 - tenths()}&lon=${5 - tenths()}&n=50`;
}

function onAbort(signal: AbortSignal, react: () => void): Disposable {
  signal.addEventListener('abort', react);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', react) };
}
