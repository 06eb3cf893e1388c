/**
 * @import { Standing } from '../src/server/point-recorder.ts'
 * @import { Values } from './chart.js'
 */
import { Chart } from './chart.js';
import { byId } from './element.js';
import { brief, count, percent, roundPercent } from './format.js';
import { tierColor } from './palette.js';

/** @type {Pick<Standing, 'stats' | 'analysis'> | undefined} */
let shown;
/** Sizes that any of the curves knows, in order: each curve has points of its own. */
let sizes = [0];

const curve = new Chart(byId('curve'), {
  style: 'lines',
  measure: 'share',
  format: roundPercent,
  formatX: brief,
  rangeX: () => [0, Math.max(1, sizes.at(-1) ?? 0)],
  marks: () => Object.keys(shown?.analysis.missRatioCurves ?? {}).flatMap((label) => boundOf(label) ?? []),
  place: (entries) => `with ${count(entries)} entries`,
  empty: 'Too little is known yet: it takes keys that come again',
  headings: ['Hit rate', 'Bound now', 'Samples'],
  cells: ({ label, lines: [values = []] }, index, isHome) => {
    const bound = boundOf(label);
    const place = isHome && bound !== undefined ? nearestSize(bound, values) : index;
    return [percent(values[place]), count(bound), count(shown?.analysis.missRatioCurves[label]?.samples)];
  },
});

/** @param {Standing} snapshot */
export function showCurve({ stats, analysis }) {
  shown = { stats, analysis };
  const curves = Object.values(analysis.missRatioCurves);
  sizes = [...new Set(curves.flatMap(({ points }) => points.map(({ entries }) => entries)))].sort((a, b) => a - b);
  const groups = Object.keys(stats.tiers).flatMap((label, index) => {
    const points = analysis.missRatioCurves[label]?.points ?? [];
    if (points.length === 0) return [];
    const rates = new Map(points.map(({ entries, hitRate }) => [entries, hitRate]));
    return [{ label, color: tierColor(index), lines: [sizes.map((entries) => rates.get(entries) ?? null)] }];
  });
  curve.update(sizes, groups);
}

/** Draws it again, in the colours of the theme. */
export function redrawCurve() {
  curve.redraw();
}

/** @param {string} label */
function boundOf(label) {
  return shown?.stats.tiers[label]?.usage?.maxEntries;
}

/**
 * Where a curve comes nearest to a number of entries.
 *
 * @param {number} entries
 * @param {Values} values
 */
function nearestSize(entries, values) {
  const distance = (/** @type {number} */ index) =>
    values[index] == null ? Infinity : Math.abs((sizes[index] ?? 0) - entries);
  return sizes.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
}
