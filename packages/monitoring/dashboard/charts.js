/**
 * @import { Everything } from '../src/server/recorder.ts'
 * @import { History } from '../src/server/history.ts'
 * @import { Group, Values } from './chart.js'
 */
import { Chart } from './chart.js';
import { byId } from './element.js';
import { brief, bytes, count, duration, NONE, percent, roundDuration, time } from './format.js';
import { tierColumns } from './history.js';
import { tierColor } from './palette.js';

/** Time that is shown even while there is less to show, in seconds. */
const LEAST = 30;

/** What is shown, in seconds: up to when, from when there is something, and how much of it. */
let end = Date.now() / 1000;
let start = end;
let span = 300;
/** @type {Everything | undefined} */
let shown;

const byTime = {
  rangeX: /** @returns {[number, number]} */ () => [Math.max(end - span, Math.min(start, end - LEAST)), end],
  place: (/** @type {number} */ at) => `at ${time(at * 1000)}`,
};

/**
 * The legend's numbers of a tier with one line: where the cursor is, and over the time that is shown.
 *
 * @param {(value: number | null | undefined) => string} format
 * @param {(...values: number[]) => number} extreme
 * @returns {(group: Group, index: number) => string[]}
 */
function overTime(format, extreme) {
  return ({ lines: [values = []] }, index) => {
    const known = values.slice(-span).filter((value) => value !== null);
    if (known.length === 0) return [NONE, NONE, NONE];
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return [values[index], mean, extreme(...known)].map(format);
  };
}

const traffic = new Chart(byId('traffic'), {
  ...byTime,
  style: 'stack',
  measure: 'rate',
  format: brief,
  empty: 'No lookups yet',
  headings: ['Now', 'Mean', 'Most'],
  cells: overTime(brief, Math.max),
});

const hitRate = new Chart(byId('hit-rate'), {
  ...byTime,
  style: 'lines',
  measure: 'share',
  format: wholePercent,
  empty: 'No lookups yet',
  headings: ['Now', 'Mean', 'Lowest'],
  cells: overTime(percent, Math.min),
});

const latency = new Chart(byId('latency'), {
  ...byTime,
  style: 'bands',
  measure: 'log',
  format: roundDuration,
  empty: 'No reads yet',
  headings: ['p50', 'p95', 'p99'],
  cells: ({ lines }, index) => lines.map((values) => duration(values[index])),
});

const fill = new Chart(byId('fill'), {
  ...byTime,
  style: 'lines',
  measure: 'share',
  format: wholePercent,
  empty: 'Nothing is stored yet',
  headings: ['Full', 'Entries', 'Bytes'],
  cells: ({ label, lines }, index) => {
    const usage = shown?.stats.tiers[label]?.usage;
    return [
      percent(lines[0]?.[index]),
      against(count, usage?.entries, usage?.maxEntries),
      against(bytes, usage?.bytes, usage?.maxBytes),
    ];
  },
});

const curve = new Chart(byId('curve'), {
  style: 'lines',
  measure: 'share',
  format: wholePercent,
  formatX: brief,
  rangeX: () => [0, Math.max(1, ...curveSizes())],
  marks: () => Object.values(shown?.stats.tiers ?? {}).flatMap(({ usage }) => usage?.maxEntries ?? []),
  place: (entries) => `with ${count(entries)} entries`,
  empty: 'Too little is known yet: it takes keys that come again',
  headings: ['Hit rate', 'Bound now', 'Samples'],
  cells: ({ label, lines: [values = []] }, index, isHome) => {
    const bound = shown?.stats.tiers[label]?.usage?.maxEntries;
    const place = isHome && bound !== undefined ? nearestSize(bound, values) : index;
    return [percent(values[place]), count(bound), count(shown?.analysis.missRatioCurves[label]?.samples)];
  },
});

/**
 * @param {Everything} everything
 * @param {number} seconds - how far back the charts go.
 */
export function showCharts(everything, seconds) {
  shown = everything;
  span = seconds;
  const { history, stats } = everything;
  end = (history.at.at(-1) ?? stats.at) / 1000;
  start = (history.at[0] ?? stats.at) / 1000;
  const at = history.at.map((ms) => ms / 1000);
  const labels = Object.keys(stats.tiers);
  const groups = (/** @type {(tier: History['tiers'][string]) => readonly Values[]} */ lines) =>
    labels.map((label, index) => ({ label, color: tierColor(index), lines: lines(tierColumns(history, label)) }));
  traffic.update(at, [...groups(({ hits }) => [hits]), { label: 'misses', color: '--miss', lines: [history.misses] }]);
  hitRate.update(at, [
    ...groups((tier) => [tier.hitRate]),
    { label: 'overall', color: '--text', lines: [history.hitRate] },
  ]);
  latency.update(
    at,
    groups(({ p50, p95, p99 }) => [p50, p95, p99]),
  );
  fill.update(
    at,
    groups((tier) => [tier.fill]),
  );
  showCurve(labels);
}

/** Draws all again, in the colours of the theme. */
export function redrawCharts() {
  for (const chart of [traffic, hitRate, latency, fill, curve]) chart.redraw();
}

/** @param {readonly string[]} labels */
function showCurve(labels) {
  const curves = shown?.analysis.missRatioCurves ?? {};
  const x = curveSizes();
  const groups = labels.flatMap((label, index) => {
    const points = curves[label]?.points ?? [];
    if (points.length === 0) return [];
    const rates = new Map(points.map(({ entries, hitRate: rate }) => [entries, rate]));
    return [{ label, color: tierColor(index), lines: [x.map((entries) => rates.get(entries) ?? null)] }];
  });
  curve.update(x, groups);
}

function curveSizes() {
  const sizes = Object.values(shown?.analysis.missRatioCurves ?? {}).flatMap(({ points }) =>
    points.map(({ entries }) => entries),
  );
  return [...new Set(sizes)].sort((a, b) => a - b);
}

/**
 * Where a curve comes nearest to a number of entries.
 *
 * @param {number} entries
 * @param {Values} values
 */
function nearestSize(entries, values) {
  const sizes = curveSizes();
  const distance = (/** @type {number} */ index) =>
    values[index] == null ? Infinity : Math.abs((sizes[index] ?? 0) - entries);
  return sizes.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
}

/**
 * @param {(value: number | undefined) => string} format
 * @param {number | undefined} value
 * @param {number | undefined} most
 */
function against(format, value, most) {
  return most === undefined ? format(value) : `${format(value)} of ${format(most)}`;
}

/** @param {number} value */
function wholePercent(value) {
  return `${Math.round(value * 100)}\u202f%`;
}
