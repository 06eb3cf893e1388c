import { workerData } from 'node:worker_threads';
import type { City } from '../cities/cities.ts';
import { serve } from '../thread/serve.ts';
import type { Comparison } from './comparison.ts';
import { compareAnswers } from './comparison.ts';
import { EditLog } from './edit-log.ts';
import { HttpClient } from './http-client.ts';
import type { PhaseControl, PhaseOptions, PhaseResult } from './phase.ts';
import { runPhase } from './phase.ts';
import { questions } from './question.ts';
import type { Stampede, StampedeOptions } from './stampede.ts';
import { stampede } from './stampede.ts';

/** What the thread is started with. */
export interface LoadTarget {
  /** An address for each process of the service. */
  readonly urls: readonly string[];
  /** What is asked for, the most popular first. */
  readonly cities: readonly City[];
}

export interface Load {
  /** @param isHeld - it does not end before `release` is called. */
  phase(options: PhaseOptions, seed: number, isHeld: boolean): Promise<PhaseResult>;
  release(): void;
  /** How much of the phase is over: 0 to 1. */
  progress(): number;
  compare(count: number, seed: number): Promise<Comparison>;
  stampede(options: StampedeOptions): Promise<Stampede>;
}

const CONNECTIONS = 64;

const { urls, cities } = workerData as LoadTarget;
const client = new HttpClient(urls, CONNECTIONS);
const edits = new EditLog(cities);
let progress = 0;
let held = false;
const control: PhaseControl = {
  onProgress(share) {
    progress = share;
  },
  isHeld: () => held,
};

// The load has a thread to itself: in the service's it would be a part of what it measures.
serve<Load>(
  {
    phase(options, seed, isHeld) {
      held = isHeld;
      return runPhase(client, questions(cities, seed), edits, options, control);
    },
    release() {
      held = false;
    },
    progress: () => progress,
    compare: (count, seed) => compareAnswers(client, questions(cities, seed), count),
    stampede: (options) => stampede(urls, options),
  },
  () => client[Symbol.asyncDispose](),
);
