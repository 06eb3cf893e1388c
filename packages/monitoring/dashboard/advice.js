/**
 * @import { Standing } from '../src/server/point-recorder.ts'
 */
import { byId, h, keep, write } from './element.js';
import { showNothing } from './list-item.js';

/** @param {Standing} snapshot */
export function showAdvice({ analysis }) {
  const list = byId('advice');
  if (analysis.advice.length === 0) return showNothing(list, 'Nothing to change, as far as can be told by now.');
  keep(
    list,
    analysis.advice,
    ({ kind, tier, region }) => JSON.stringify([kind, tier, region]),
    () => h('li'),
    (element, { text }) => write(element, text),
  );
}
