import { color } from './palette.js';
import uPlot from './uplot.js';

const AXIS_FONT = '11px Inter, system-ui, sans-serif';
/** Steps of a time axis. */
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300];
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const preciseClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/**
 * How a chart measures upwards. `share`: 0..1. `rate`: from 0 to the most there is. `log`: whole decades.
 *
 * @typedef {'share' | 'rate' | 'log'} Measure
 */

/**
 * What a chart draws: areas on top of each other, lines, or for each group a band around a line.
 *
 * @typedef {'stack' | 'lines' | 'bands'} Style
 */

/**
 * @typedef {object} PlotOptions
 * @property {Style} style
 * @property {Measure} measure
 * @property {(value: number) => string} format - of the numbers beside the chart.
 * @property {(value: number) => string} [formatX] - of those below it. Default: times of day.
 * @property {() => [number, number]} rangeX
 * @property {(plot: uPlot) => void} onCursor
 * @property {() => readonly number[]} [marks] - where on the x axis a line stands.
 */

/**
 * A uPlot over groups of `[base, ...lines]`, with nothing around it: no legend, no zoom. Colours are asked for at each
 * drawing, so a change of theme is a redraw.
 *
 * @param {HTMLElement} holder
 * @param {PlotOptions} options
 * @param {readonly string[]} colors - a custom property for each group.
 */
export function createPlot(holder, options, colors) {
  const isTime = options.formatX === undefined;
  return new uPlot(
    {
      width: Math.max(1, holder.clientWidth),
      height: Math.max(1, holder.clientHeight),
      padding: [10, 16, 0, 0],
      legend: { show: false },
      cursor: {
        x: true,
        y: false,
        drag: { x: false, y: false },
        points: { size: 7, width: 2 },
        ...(isTime && { sync: { key: 'time' } }),
      },
      scales: { x: { time: isTime, range: options.rangeX }, y: scaleY(options.measure) },
      axes: [axisX(options), axisY(options)],
      series: [{}, ...colors.flatMap((name) => seriesOf(options.style, name, !isTime)), ...zeroOf(options.style)],
      bands: bandsOf(options.style, colors),
      hooks: { setCursor: [options.onCursor], draw: [(plot) => drawMarks(plot, options.marks?.() ?? [])] },
    },
    undefined,
    holder,
  );
}

/**
 * @param {Measure} measure
 * @returns {uPlot.Scale}
 */
function scaleY(measure) {
  // A line at 100 % is to be seen as a whole.
  if (measure === 'share') return { range: () => [0, 1.02] };
  if (measure === 'rate') return { range: (_, _min, max) => [0, max > 0 ? max * 1.08 : 1] };
  return {
    distr: 3,
    log: 10,
    range: (_, min, max) =>
      min == null || max == null ? [0.001, 100] : uPlot.rangeLog(min, Math.max(max, min * 10), 10, true),
  };
}

/**
 * @param {PlotOptions} options
 * @returns {uPlot.Axis}
 */
function axisX({ formatX }) {
  return {
    ...ink(),
    space: 66,
    size: 26,
    ...(formatX === undefined && { incrs: SECONDS }),
    values: (_plot, splits, _axis, _space, step) => {
      const times = step < 60 ? preciseClock : clock;
      return splits.map(formatX ?? ((value) => times.format(value * 1000)));
    },
  };
}

/**
 * @param {PlotOptions} options
 * @returns {uPlot.Axis}
 */
function axisY({ measure, format }) {
  return {
    ...ink(),
    size: 54,
    space: measure === 'log' ? 18 : 30,
    values: (_, splits) => splits.map((value) => (value == null ? '' : format(value))),
    ...(measure === 'log' && { filter: decadesOnly, grid: { ...ink().grid, filter: decadesOnly } }),
    ...(measure === 'share' && { splits: () => [0, 0.25, 0.5, 0.75, 1] }),
  };
}

/** @returns {uPlot.Axis} */
function ink() {
  return {
    font: AXIS_FONT,
    stroke: () => color('--muted'),
    grid: { stroke: () => color('--grid'), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}

/**
 * @param {uPlot} _
 * @param {number[]} splits
 */
function decadesOnly(_, splits) {
  return splits.map((value) => (Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9 ? value : null));
}

/**
 * @param {Style} style
 * @param {string} name
 * @param {boolean} spanGaps - over time, a gap is something to see.
 * @returns {uPlot.Series[]}
 */
function seriesOf(style, name, spanGaps) {
  const line = { stroke: () => color(name), width: style === 'stack' ? 1.25 : 1.6, points: { show: false }, spanGaps };
  if (style !== 'bands') return [line];
  const edge = { ...line, width: 0.75, stroke: () => color(name, 0.6) };
  return [edge, line, edge];
}

/**
 * What the lowest area stands on.
 *
 * @param {Style} style
 * @returns {uPlot.Series[]}
 */
function zeroOf(style) {
  return style === 'stack' ? [{ width: 0, points: { show: false } }] : [];
}

/**
 * @param {Style} style
 * @param {readonly string[]} colors
 * @returns {uPlot.Band[]}
 */
function bandsOf(style, colors) {
  if (style === 'lines') return [];
  return colors.map((name, index) => ({
    series: style === 'bands' ? [index * 3 + 3, index * 3 + 1] : [index + 1, index === 0 ? colors.length + 1 : index],
    fill: () => color(name, style === 'bands' ? 0.17 : 0.3),
  }));
}

/**
 * @param {uPlot} plot
 * @param {readonly number[]} marks
 */
function drawMarks({ ctx, bbox, valToPos }, marks) {
  ctx.save();
  ctx.strokeStyle = color('--muted');
  ctx.setLineDash([4, 4]);
  for (const mark of marks) {
    const x = Math.round(valToPos(mark, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
