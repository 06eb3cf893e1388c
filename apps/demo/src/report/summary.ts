import type { MeasuredPhase, Outcome } from '../load/experiment.ts';
import { CALLERS, STAMPEDING } from '../load/experiment.ts';
import { KINDS } from '../load/question.ts';
import type { Bar } from './bar-chart.ts';
import { barChart } from './bar-chart.ts';
import { milliseconds, oneDecimal, percent, whole } from './figures.ts';
import { percentiles } from './percentiles.ts';
import type { Row } from './table.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

const BAR_WIDTH = 44;

/** What was measured, on one screen. */
export function summary(outcome: Outcome, terminal: Terminal): string {
  const heading = (text: string): string => terminal.style('bold', text);
  const [titles, ...figures] = table(phaseRows(outcome.phases));
  return [
    '',
    `${CALLERS} callers at once, each asks again as soon as it is answered, for the ${whole(outcome.popular)} largest cities by a`,
    `zipf law; one request in a hundred is an edit. ${outcome.threads} threads query the database, one serves, one asks.`,
    ...keptLines(outcome),
    '',
    heading(titles!),
    ...figures,
    '',
    heading('How long a caller waited on average (ms)'),
    ...barChart(waitBars(outcome.phases), BAR_WIDTH, terminal.unicode),
    '',
    ...stampedeLines(outcome),
    ...checkLines(outcome),
    '',
  ].join('\n');
}

function keptLines({ kept }: Outcome): readonly string[] {
  return kept === 0 ? [] : [`The file tier began with ${whole(kept)} entries of an earlier run.`];
}

function phaseRows(phases: readonly MeasuredPhase[]): readonly Row[] {
  const row = (label: string, figure: (phase: MeasuredPhase) => string): Row => [label, ...phases.map(figure)];
  const latencies = phases.map((phase) => percentiles(Object.values(phase.latencies).flat()));
  const latency = (label: string, which: 'p50' | 'p95' | 'p99'): Row => [
    label,
    ...latencies.map((phase) => milliseconds(phase[which])),
  ];
  return [
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
  ];
}

function waitBars(phases: readonly MeasuredPhase[]): readonly Bar[] {
  const compared = [phases[0]!, phases.at(-1)!];
  return KINDS.flatMap((kind) =>
    compared.map(({ title, latencies }, index) => {
      const wait = mean(latencies[kind]);
      return { label: `${(index === 0 ? kind : '').padEnd(8)} ${title}`, value: wait, text: milliseconds(wait) };
    }),
  );
}

function stampedeLines({ stampedes: { uncached, cached } }: Outcome): readonly string[] {
  const told = ({ databaseQueries, milliseconds: ms }: typeof cached): string =>
    `${whole(databaseQueries)} ${databaseQueries === 1 ? 'query' : 'queries'}, ${milliseconds(ms)} ms`;
  return [
    `${STAMPEDING} callers at once, one costly question: without cache ${told(uncached)}; with a cold one ${told(cached)}.`,
  ];
}

function checkLines({ phases, comparison, failures }: Outcome): readonly string[] {
  const checked = phases.reduce((sum, phase) => sum + phase.checked, 0);
  const edits = phases.reduce((sum, phase) => sum + phase.latencies.edit.length, 0);
  const { compared, fromCache } = comparison;
  return [
    `Checked: ${whole(checked)} answers against ${whole(edits)} edits made meanwhile; ${compared} answers against the database,`,
    `${fromCache} of them from the cache. ${failures.length === 0 ? 'None was too old, none differed.' : `${whole(failures.length)} FAILED.`}`,
  ];
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
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
