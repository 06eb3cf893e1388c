import { setTimeout } from 'node:timers/promises';
import type { City } from '../cities/cities.ts';
import type { Deployment, Outage } from '../deployment/deployment.ts';
import { Progress } from '../report/progress.ts';
import type { Terminal } from '../report/terminal.ts';
import type { Remote } from '../thread/remote.ts';
import type { Comparison } from './comparison.ts';
import { loadUntil } from './load.ts';
import type { Load } from './load-thread.ts';
import type { Measurement } from './measurement.ts';
import { measure } from './measurement.ts';
import type { PhaseResult } from './phase.ts';
import type { Stampede } from './stampede.ts';

export const CALLERS = 16;
export const STAMPEDING = 100;
const COMPARED = 200;

interface Phase {
  readonly title: string;
  readonly cached: boolean;
  readonly seconds: number;
  /** Phases with the same seed are asked the same, in the same order. */
  readonly seed: number;
  /** Answers of the process that did not make an edit may be behind it by so many milliseconds. */
  readonly allowedMs: number;
  /** What happens in the middle of it. */
  readonly during?: () => Promise<void>;
}

const COLD = 'cold cache';
/** What the phase with a cold cache is when an earlier run has left something in the file tier. */
const RESTARTED = 'restarted';

const PHASES: readonly Omit<Phase, 'allowedMs'>[] = [
  { title: 'without cache', cached: false, seconds: 8, seed: 1 },
  { title: COLD, cached: true, seconds: 12, seed: 1 },
  { title: 'warm cache', cached: true, seconds: 8, seed: 2 },
];

const OUTAGE_SECONDS = 5;
const OUTAGE_SEED = 3;

export type MeasuredPhase = Phase & PhaseResult & Measurement;

export interface Outcome {
  /** How many different cities were asked for. */
  readonly popular: number;
  /** How many processes serve. */
  readonly processes: number;
  /** Entries of an earlier run that the cache began with. */
  readonly kept: number;
  readonly phases: readonly MeasuredPhase[];
  /** Two for each outage: while it lasts, and after its end. */
  readonly outages: readonly MeasuredPhase[];
  readonly stampedes: { readonly uncached: Stampede & Measurement; readonly cached: Stampede & Measurement };
  readonly comparison: Comparison;
  /** What was wrong with any answer; empty if all is well. */
  readonly failures: readonly string[];
}

export interface ExperimentOptions {
  readonly deployment: Deployment;
  /** What is asked for, the most popular first. */
  readonly cities: readonly City[];
  /** The most that a phase asks. */
  readonly requests: number;
  /** Whether to kill what can be killed. */
  readonly chaos: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Puts the service under load without its cache, with a cold one (or with what an earlier run has left on disk) and with
 * a warm one, then with outages if they are asked for, and checks every answer.
 *
 * @throws whatever the load fails with when `signal` ends it.
 */
export async function experiment(options: ExperimentOptions): Promise<Outcome> {
  const { deployment, cities, signal } = options;
  const { urls, kept, shared } = deployment;
  const counters = () => deployment.counters();
  await using running = loadUntil(signal, { urls, cities });
  const { load } = running;

  const allowed = shared?.allowed ?? { calm: 0, outage: 0 };
  const phases: MeasuredPhase[] = [];
  for (const phase of PHASES) {
    const title = kept > 0 && phase.title === COLD ? RESTARTED : phase.title;
    phases.push(await underLoad(load, { ...phase, title, allowedMs: allowed.calm }, options));
  }

  const outages: MeasuredPhase[] = [];
  for (const outage of options.chaos ? (shared?.outages ?? []) : []) {
    for (const phase of phasesOf(outage, allowed.outage)) outages.push(await underLoad(load, phase, options));
  }

  const path = coldPath();
  const stampede = (cached: boolean) =>
    measure(counters, () => load.call('stampede', { path, callers: STAMPEDING, cached }));
  const stampedes = { uncached: await stampede(false), cached: await stampede(true) };

  // By now every process has to show the last edit.
  await setTimeout(Math.max(allowed.calm, outages.length > 0 ? allowed.outage : 0), undefined, { signal });
  const comparison = await load.call('compare', COMPARED, PHASES.at(-1)!.seed);
  const failures = [...phases, ...outages, ...Object.values(stampedes), comparison].flatMap(({ failures }) => failures);
  return {
    popular: cities.length,
    processes: urls.length,
    kept,
    phases,
    outages,
    stampedes,
    comparison,
    failures,
  };
}

function phasesOf({ title, begin, end }: Outage, allowedMs: number): readonly Phase[] {
  const phase = { cached: true, seconds: OUTAGE_SECONDS, seed: OUTAGE_SEED, allowedMs };
  return [
    { ...phase, title, during: begin },
    { ...phase, title: 'back', during: end },
  ];
}

async function underLoad(load: Remote<Load>, phase: Phase, options: ExperimentOptions): Promise<MeasuredPhase> {
  using progress = new Progress(options.terminal, `Load, ${phase.title}`);
  const { cached, seconds, seed, allowedMs, during } = phase;
  const { requests, deployment } = options;
  const run = async (): Promise<PhaseResult> => {
    const limits = { cached, seconds, requests, callers: CALLERS, allowedMs };
    const running = load.call('phase', limits, seed, during !== undefined);
    const happening = async (): Promise<void> => {
      try {
        await during?.();
      } finally {
        await load.call('release');
      }
    };
    // Nothing may go on happening once this has failed.
    const [event] = await Promise.allSettled([happening(), running]);
    if (event.status === 'rejected') throw event.reason;
    return running;
  };
  const running = measure(() => deployment.counters(), run);
  return { ...phase, ...(await progress.follow(running, () => load.call('progress'))) };
}

/** What the load has not asked for: a point in the South Atlantic, another one in every run. */
function coldPath(): string {
  const tenths = (): number => Math.floor(Math.random() * 300) / 10;
  return `/nearest?lat=${-25 - tenths()}&lon=${5 - tenths()}&n=50`;
}
