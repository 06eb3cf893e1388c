import type { MeasuredPhase, Outcome } from '../load/experiment.ts';
import { milliseconds, whole } from './figures.ts';
import { percentiles } from './percentiles.ts';

/** How long it took until one process showed what another had edited. Nothing where there is only one. */
export function spreadLines({ processes, phases, outages }: Outcome): readonly string[] {
  if (processes === 1) return [];
  return [...spread('All calm', phases), ...(outages.length > 0 ? spread('With outages', outages) : [])];
}

function spread(when: string, phases: readonly MeasuredPhase[]): readonly string[] {
  const cached = phases.filter((phase) => phase.cached);
  const seenAfter = cached.flatMap((phase) => phase.seenAfter);
  const { p50, p99, max } = percentiles(seenAfter);
  const overdue = phases.flatMap((phase) => phase.overdue);
  const allowed = Math.max(...phases.map(({ allowedMs }) => allowedMs));
  return [
    `${when}, the other process had answered with an edit, fresh from the database, within ${milliseconds(p50)} ms (median),`,
    `${milliseconds(p99)} ms (p99), ${milliseconds(max)} ms (max), of ${whole(seenAfter.length)} that were watched. ${oldest(overdue)}`,
    `${whole(allowed)} ms are allowed.`,
  ];
}

function oldest(overdue: readonly number[]): string {
  if (overdue.length === 0) return 'No answer was behind;';
  const { max } = percentiles(overdue);
  const answers = overdue.length === 1 ? '1 answer' : `${whole(overdue.length)} answers`;
  return `${answers} ${overdue.length === 1 ? 'was' : 'were'} behind, by ${milliseconds(max)} ms at most;`;
}
