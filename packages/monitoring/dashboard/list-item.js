import { h, keep } from './element.js';

/**
 * An item of the lists beside the charts: a badge, a name, something beside it and a text below.
 *
 * @param {string} name
 */
export function item(name) {
  const head = h(
    'div',
    { class: 'head' },
    h('span', { class: 'badge' }),
    h('span', { class: 'name' }, name),
    h('span', { class: 'aside' }),
  );
  return h('li', {}, head, h('p', { class: 'details' }));
}

/**
 * What an item consists of.
 *
 * @param {HTMLElement} element
 * @returns {[badge: Element, name: Element, aside: Element, details: Element]}
 */
export function parts(element) {
  const [head, details] = /** @type {[Element, Element]} */ ([...element.children]);
  const [badge, name, aside] = /** @type {[Element, Element, Element]} */ ([...head.children]);
  return [badge, name, aside, details];
}

/**
 * A list with nothing in it, which says so.
 *
 * @param {HTMLElement} list
 * @param {string} text
 */
export function showNothing(list, text) {
  keep(
    list,
    [text],
    (key) => key,
    () => h('li', { class: 'none' }, text),
  );
}
