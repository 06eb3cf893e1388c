/**
 * @import uPlot from './uplot.js'
 * @import { PlotOptions } from './plot.js'
 */
import { h, keep, mark, write } from './element.js';
import { createPlot } from './plot.js';

/** @typedef {(number | null)[]} Values */

/**
 * What one row of the legend stands for: a tier.
 *
 * @typedef {object} Group
 * @property {string} label
 * @property {string} color - a custom property.
 * @property {readonly Values[]} lines - one; or three, when the chart draws bands.
 */

/**
 * @typedef {object} ChartOptions
 * @property {string} empty - said while there is nothing to draw.
 * @property {readonly string[]} headings - of the legend.
 * @property {(group: Group, index: number, isHome: boolean) => readonly string[]} cells - the legend's numbers at a place
 * in the values; at its home, the last one, when there is no cursor.
 * @property {(x: number) => string} place - how the legend calls a place on the x axis.
 */

/**
 * A chart, with a legend that is a table of its numbers: those of the last moment, or of where the cursor is. The mouse
 * moves the cursor, or the arrow keys; a click on a name takes its lines away and brings them back.
 */
export class Chart {
  #options;
  #plotOptions;
  #holder;
  #empty = h('p', { class: 'empty' });
  #caption = h('caption');
  #rows = h('tbody');
  /** @type {uPlot | undefined} */
  #plot;
  /** @type {readonly Group[]} */
  #groups = [];
  /** @type {number[]} */
  #x = [];
  /** @type {Set<string>} */
  #hidden = new Set();

  /**
   * @param {HTMLElement} section - with its title as first child.
   * @param {ChartOptions & Omit<PlotOptions, 'onCursor'>} options
   */
  constructor(section, options) {
    this.#options = options;
    this.#plotOptions = { ...options, onCursor: () => this.#writeLegend() };
    const title = section.querySelector('h2')?.textContent;
    const help = `${title}. The table below has the numbers; arrow keys move it through the chart.`;
    this.#holder = h('div', { class: 'plot', tabindex: '0', role: 'img', 'aria-label': help });
    this.#holder.addEventListener('keydown', (event) => this.#move(event));
    this.#holder.addEventListener('blur', () => this.#leave());
    this.#empty.textContent = options.empty;
    const headings = options.headings.map((text) => h('th', { scope: 'col' }, text));
    const head = h('thead', {}, h('tr', {}, h('td'), ...headings));
    section.append(
      h('div', { class: 'frame' }, this.#holder, this.#empty),
      h('table', { class: 'legend' }, this.#caption, head, this.#rows),
    );
    new ResizeObserver(() => this.#resize()).observe(this.#holder);
  }

  /**
   * @param {number[]} x
   * @param {readonly Group[]} groups
   */
  update(x, groups) {
    const isSame =
      groups.length === this.#groups.length && groups.every(({ label }, i) => label === this.#groups[i]?.label);
    this.#x = x;
    this.#groups = groups;
    if (!isSame || this.#plot === undefined) this.#rebuild();
    this.#draw();
    this.#empty.hidden = groups.some(({ lines }) => lines.some((values) => values.some((value) => value)));
    this.#writeLegend();
  }

  /** To be called when colours have changed. */
  redraw() {
    this.#plot?.redraw(false, true);
  }

  #rebuild() {
    this.#plot?.destroy();
    this.#plot = createPlot(
      this.#holder,
      this.#plotOptions,
      this.#groups.map((group) => group.color),
    );
  }

  #draw() {
    const isStacked = this.#options.style === 'stack';
    const lines = isStacked
      ? this.#stacked()
      : this.#groups.flatMap((group) => group.lines.map((values) => this.#shown(group, values)));
    this.#plot?.setData([this.#x, ...lines]);
  }

  /**
   * @param {Group} group
   * @param {Values} values
   */
  #shown({ label }, values) {
    return this.#hidden.has(label) ? values.map(() => null) : values;
  }

  #stacked() {
    let base = this.#x.map(() => 0);
    const zero = base;
    const lines = this.#groups.map((group) => {
      const values = group.lines[0] ?? [];
      if (!this.#hidden.has(group.label)) base = base.map((below, index) => below + (values[index] ?? 0));
      return base;
    });
    return [...lines, zero];
  }

  #writeLegend() {
    const last = this.#x.length - 1;
    const cursor = this.#plot?.cursor.idx;
    const index = cursor ?? last;
    const x = this.#x[index];
    write(this.#caption, cursor == null || x === undefined ? '' : this.#options.place(x));
    keep(
      this.#rows,
      this.#groups,
      ({ label }) => label,
      (group) => this.#legendRow(group),
      (row, group) => {
        const cells = this.#options.cells(group, index, cursor == null);
        cells.forEach((text, column) => void write(/** @type {Element} */ (row.children[column + 1]), text));
      },
    );
  }

  /** @param {Group} group */
  #legendRow({ label, color: name }) {
    const swatch = h('span', { class: 'swatch', 'data-color': name.slice(2), 'aria-hidden': 'true' });
    const button = h('button', { type: 'button', 'aria-pressed': 'true' }, swatch, label);
    button.addEventListener('click', () => {
      if (!this.#hidden.delete(label)) this.#hidden.add(label);
      mark(button, 'aria-pressed', String(!this.#hidden.has(label)));
      this.#draw();
    });
    const cells = this.#options.headings.map(() => h('td'));
    return h('tr', {}, h('th', { scope: 'row' }, button), ...cells);
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const plot = this.#plot;
    const last = this.#x.length - 1;
    if (plot === undefined || last < 0) return;
    const index = plot.cursor.idx ?? last;
    const step = event.shiftKey ? 10 : 1;
    const targets = {
      ArrowLeft: index - step,
      ArrowRight: index + step,
      Home: plot.posToIdx(0),
      End: last,
    };
    if (event.key === 'Escape') return this.#leave();
    if (!(event.key in targets)) return;
    event.preventDefault();
    const target = Math.min(last, Math.max(0, targets[/** @type {keyof typeof targets} */ (event.key)]));
    const left = plot.valToPos(this.#x[target] ?? 0, 'x');
    plot.setCursor({ left, top: 10 });
  }

  #leave() {
    this.#plot?.setCursor({ left: -10, top: -10 });
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#holder;
    if (width > 0 && (width !== this.#plot?.width || height !== this.#plot.height))
      this.#plot?.setSize({ width, height });
  }
}
