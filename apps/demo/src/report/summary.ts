import { QUERY_THREADS } from '../cities/city-database.ts';
import type { MeasuredPhase, Outcome } from '../load/experiment.ts';
import { CALLERS, STAMPEDING } from '../load/experiment.ts';
import { KINDS } from '../load/question.ts';
import type { Bar } from './bar-chart.ts';
import { barChart } from './bar-chart.ts';
import { milliseconds, whole } from './figures.ts';
import { phaseTable } from './phase-table.ts';
import { spreadTable } from './spread-table.ts';
import type { Terminal } from './terminal.ts';

const BAR_WIDTH = 44;

/** What was measured, on one screen. */
export function summary(outcome: Outcome, terminal: Terminal): string {
  const heading = (text: string): string => terminal.style('bold', text);
  const headed = ([titles, ...figures]: readonly string[]): readonly string[] => [heading(titles!), ...figures];
  return [
    '',
    `${CALLERS} callers at once, each asks again as soon as it is answered, for the ${whole(outcome.popular)} largest cities by a`,
    `zipf law; one request in a hundred is an edit. ${threadsOf(outcome)}`,
    ...keptLines(outcome),
    '',
    ...headed(phaseTable(outcome.phases)),
    '',
    heading('How long a caller waited on average (ms)'),
    ...barChart(waitBars(outcome.phases), BAR_WIDTH, terminal.unicode),
    '',
    ...(outcome.outages.length > 0 ? [...headed(phaseTable(outcome.outages)), ''] : []),
    ...(outcome.processes > 1 ? [...headed(spreadTable(outcome)), ''] : []),
    ...stampedeLines(outcome),
    ...checkLines(outcome),
    '',
  ].join('\n');
}

function threadsOf({ processes }: Outcome): string {
  return processes === 1
    ? `${QUERY_THREADS} threads query the database, one serves, one asks.`
    : `${processes} processes serve; in each ${QUERY_THREADS} threads query the database.`;
}

function keptLines({ kept }: Outcome): readonly string[] {
  return kept === 0 ? [] : [`The file tier began with ${whole(kept)} entries of an earlier run.`];
}

function waitBars(phases: readonly MeasuredPhase[]): readonly Bar[] {
  const compared = [phases[0]!, phases.at(-1)!];
  return KINDS.flatMap((kind) =>
    compared.map(({ title, latencies }, index) => {
      const wait = mean(latencies[kind]);
      return { label: `${(index === 0 ? kind : '').padEnd(8)} ${title}`, value: wait ?? 0, text: milliseconds(wait) };
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

function checkLines({ phases, outages, comparison, failures }: Outcome): readonly string[] {
  const all = [...phases, ...outages];
  const checked = all.reduce((sum, phase) => sum + phase.checked, 0);
  const edits = all.reduce((sum, phase) => sum + phase.latencies.edit.length, 0);
  const { compared, fromCache } = comparison;
  return [
    `Checked: ${whole(checked)} answers against ${whole(edits)} edits made meanwhile; ${compared} answers against the database,`,
    `${fromCache} of them from the cache. ${failures.length === 0 ? 'None was too old, none differed.' : `${whole(failures.length)} FAILED.`}`,
  ];
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
