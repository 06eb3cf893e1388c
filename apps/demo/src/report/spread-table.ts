import type { MeasuredPhase, Outcome } from '../load/experiment.ts';
import { milliseconds, whole } from './figures.ts';
import { percentiles } from './percentiles.ts';
import type { Row } from './table.ts';
import { table } from './table.ts';

/** How long it took until one process showed what the other had edited; the first line holds the titles. */
export function spreadTable({ phases, outages }: Outcome): readonly string[] {
  const columns = [spread('all calm', phases), ...(outages.length > 0 ? [spread('with outages', outages)] : [])];
  const row = (label: string, figure: (column: Spread) => string): Row => [label, ...columns.map(figure)];
  return table([
    row('What the other process shows of an edit', ({ when }) => when),
    row('edits that were watched', ({ watched }) => whole(watched)),
    row('half seen within (p50, ms)', ({ seen }) => milliseconds(seen.p50)),
    row('p99, ms', ({ seen }) => milliseconds(seen.p99)),
    row('all, ms', ({ seen }) => milliseconds(seen.max)),
    row('answers that did not show it yet', ({ behind }) => whole(behind)),
    row('by at most, ms', ({ mostBehind }) => milliseconds(mostBehind)),
    row('allowed, ms', ({ allowed }) => milliseconds(allowed)),
  ]);
}

type Spread = ReturnType<typeof spread>;

function spread(when: string, phases: readonly MeasuredPhase[]) {
  const seenAfter = phases.flatMap((phase) => phase.seenAfter);
  const overdue = phases.flatMap((phase) => phase.overdue);
  return {
    when,
    watched: seenAfter.length,
    seen: percentiles(seenAfter),
    behind: overdue.length,
    mostBehind: percentiles(overdue).max,
    allowed: Math.max(...phases.map(({ allowedMs }) => allowedMs)),
  };
}
