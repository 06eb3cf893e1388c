/**
 * @import { Everything } from '../src/server/point-recorder.ts'
 * @import { History } from '../src/server/history.ts'
 * @import { Group, Values } from './chart.js'
 */
import { Chart } from './chart.js';
import { byId } from './element.js';
import { brief, bytes, count, duration, NONE, percent, roundDuration, roundPercent, time } from './format.js';
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
  format: roundPercent,
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
  format: roundPercent,
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

/**
 * @param {Everything} everything
 * @param {number} seconds - how far back the charts go.
 */
export function showTimeCharts(everything, seconds) {
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
}

/** Draws all again, in the colours of the theme. */
export function redrawTimeCharts() {
  for (const chart of [traffic, hitRate, latency, fill]) chart.redraw();
}

/**
 * @param {(value: number | undefined) => string} format
 * @param {number | undefined} value
 * @param {number | undefined} most
 */
function against(format, value, most) {
  return most === undefined ? format(value) : `${format(value)} of ${format(most)}`;
}
