import type { MeasuredPhase } from '../load/experiment.ts';
import { milliseconds, oneDecimal, percent, whole } from './figures.ts';
import type { Percentiles } from './percentiles.ts';
import { percentiles } from './percentiles.ts';
import type { Row } from './table.ts';
import { table } from './table.ts';

/** What was measured in each phase: a column for each, the first line their titles. */
export function phaseTable(phases: readonly MeasuredPhase[]): readonly string[] {
  const row = (label: string, figure: (phase: MeasuredPhase) => string): Row => [label, ...phases.map(figure)];
  const latencies = phases.map((phase) => percentiles(Object.values(phase.latencies).flat()));
  const latency = (label: string, which: keyof Percentiles): Row => [
    label,
    ...latencies.map((phase) => milliseconds(phase[which])),
  ];
  return table([
    row('', ({ title }) => title),
    row('requests', (phase) => whole(requestsOf(phase))),
    row('seconds', ({ seconds }) => oneDecimal(seconds)),
    row('requests per second', (phase) => whole(requestsOf(phase) / phase.seconds)),
    latency('half answered within (p50, ms)', 'p50'),
    latency('p95, ms', 'p95'),
    latency('p99, ms', 'p99'),
    ...tierNames(phases).map((tier) => row(`hit rate of tier ${tier}`, (phase) => hitRate(phase, tier))),
    row('database queries', ({ databaseQueries }) => whole(databaseQueries)),
    // Without a cache each request is one query.
    row('queries saved', (phase) => percent(requestsOf(phase) - phase.databaseQueries, requestsOf(phase))),
    ...(phases.some(isDisturbed) ? [latency('longest, ms', 'max'), row('asked again elsewhere', repeats)] : []),
  ]);
}

function isDisturbed({ during }: MeasuredPhase): boolean {
  return during !== undefined;
}

function repeats({ repeated }: MeasuredPhase): string {
  return whole(repeated);
}

function requestsOf({ latencies }: MeasuredPhase): number {
  return Object.values(latencies).reduce((sum, { length }) => sum + length, 0);
}

function tierNames(phases: readonly MeasuredPhase[]): readonly string[] {
  return [...new Set(phases.flatMap(({ tiers }) => Object.keys(tiers)))];
}

function hitRate({ tiers }: MeasuredPhase, tier: string): string {
  const { hits = 0, misses = 0 } = tiers[tier] ?? {};
  return percent(hits, hits + misses);
}
