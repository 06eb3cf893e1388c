/**
 * @import { Standing } from '../src/server/point-recorder.ts'
 */
import { byId, h, keep, write } from './element.js';
import { count, percent } from './format.js';

/** @type {readonly (readonly [text: string, share: (analysis: Standing['analysis']) => number])[]} */
const LIFE = [
  ['of the entries that ended were never looked up', ({ life }) => life.oneHitWonders],
  ['of the expired entries were never looked up', ({ life }) => life.expiredBeforeReuse],
  ['of the evicted entries were still fresh', ({ evictedBeforeExpiry }) => evictedBeforeExpiry],
  ['of the loads gave what had just expired', ({ life }) => life.unchangedLoads],
  ['of the lookups: the source has nothing', ({ negativeShare }) => negativeShare],
];

/** @param {Standing} snapshot */
export function showLife({ analysis }) {
  const { ended, loads } = analysis.life;
  const followed = `${count(ended)} entries were followed to their end, ${count(loads)} loads compared`;
  write(byId('life-followed'), ended + loads === 0 ? 'from a sample of keys: none has come to its end yet' : followed);
  keep(
    byId('life'),
    LIFE,
    ([text]) => text,
    ([text]) => {
      const bar = h('span', { class: 'bar', 'aria-hidden': 'true' }, h('span', { class: 'bar-fill' }));
      return h('div', {}, h('dt', {}, text), h('dd', {}, h('span', { class: 'number' }), bar));
    },
    (element, [, share]) => {
      const value = share(analysis);
      write(/** @type {Element} */ (element.querySelector('.number')), percent(value));
      const bar = /** @type {HTMLElement} */ (element.querySelector('.bar-fill'));
      bar.style.width = `${value * 100}%`;
    },
  );
}
