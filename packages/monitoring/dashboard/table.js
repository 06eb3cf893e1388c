import { h, keep, write } from './element.js';

const WORDS = { class: 'words' };

/**
 * @template T
 * @typedef {object} Column
 * @property {string} heading
 * @property {(row: T) => string} text
 * @property {boolean} [isText] - set to the left, as words are.
 * @property {string} [stat] - the name of the number, for whoever reads the page by program.
 * @property {(row: T) => boolean} [isBad] - whether the number is one to look at.
 */

/**
 * A table that stays where it is while its numbers change. The first column names the rows.
 *
 * @template T
 */
export class Table {
  #columns;
  #keyOf;
  #colorOf;
  #body = h('tbody');

  /**
   * @param {HTMLElement} table
   * @param {readonly Column<T>[]} columns
   * @param {(row: T) => string} keyOf
   * @param {(row: T) => string} [colorOf] - a custom property, shown before the name.
   */
  constructor(table, columns, keyOf, colorOf) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    this.#colorOf = colorOf;
    const headings = columns.map(({ heading, isText }) => h('th', { scope: 'col', ...(isText && WORDS) }, heading));
    const name = table.parentElement?.querySelector('h2')?.textContent ?? '';
    const scroll = h('div', { class: 'scroll', role: 'group', tabindex: '0', 'aria-label': name });
    table.replaceWith(scroll);
    scroll.append(table);
    table.append(h('thead', {}, h('tr', {}, ...headings)), this.#body);
  }

  /**
   * @param {readonly T[]} rows
   * @param {string} [empty] - said when there are none.
   */
  update(rows, empty = '') {
    if (rows.length === 0) {
      this.#body.replaceChildren(h('tr', {}, h('td', { colspan: String(this.#columns.length), class: 'none' }, empty)));
      return;
    }
    keep(
      this.#body,
      rows,
      this.#keyOf,
      (row) => this.#row(row),
      (element, row) => {
        this.#columns.forEach(({ text, isBad }, index) => {
          const cell = /** @type {HTMLElement} */ (element.children[index]);
          write(cell.lastElementChild ?? cell, text(row));
          cell.classList.toggle('bad', isBad?.(row) ?? false);
          cell.classList.toggle('zero', cell.textContent === '0');
        });
      },
    );
  }

  /** @param {T} row */
  #row(row) {
    const [, ...rest] = this.#columns;
    const name = h('th', { scope: 'row' });
    const color = this.#colorOf?.(row);
    if (color !== undefined)
      name.append(h('span', { class: 'swatch', 'data-color': color.slice(2), 'aria-hidden': 'true' }));
    name.append(h('span'));
    const cells = rest.map(({ stat, isText }) =>
      h('td', { ...(isText && WORDS), ...(stat !== undefined && { 'data-stat': stat }) }),
    );
    return h('tr', {}, name, ...cells);
  }
}
