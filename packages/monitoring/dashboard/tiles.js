/**
 * @import { Everything } from '../src/server/point-recorder.ts'
 */
import { byId, h, keep, write } from './element.js';
import { brief, count, duration, lapse, NONE, percent } from './format.js';
import { createSpark, drawSpark } from './spark.js';

/**
 * @typedef {object} Tile
 * @property {string} name
 * @property {string} stat
 * @property {(everything: Everything) => string} number
 * @property {(everything: Everything) => string} below
 * @property {(everything: Everything) => readonly (number | null)[]} spark
 * @property {boolean} [isShare]
 * @property {(everything: Everything) => boolean} [isBad]
 */

/** @type {readonly Tile[]} */
const TILES = [
  {
    name: 'Hit rate',
    stat: 'hitRate',
    number: ({ stats }) => (stats.hits + stats.misses > 0 ? percent(stats.hitRate.overall) : NONE),
    below: ({ analysis }) =>
      analysis.lookups > 0 ? `${percent(analysis.hitRates.overall)} in the last 5 min` : 'no lookups yet',
    spark: ({ history }) => history.hitRate,
    isShare: true,
  },
  {
    name: 'Lookups per second',
    stat: 'lookups',
    number: ({ history }) => brief(history.lookups.at(-1)),
    below: ({ stats }) => `${count(stats.hits + stats.misses)} so far`,
    spark: ({ history }) => history.lookups,
  },
  {
    name: 'Loads per second',
    stat: 'loads',
    number: ({ history }) => brief(history.loads.at(-1)),
    below: ({ stats: { factory } }) =>
      factory.runs > 0 ? `${count(factory.runs)} so far, ${duration(factory.meanMs)} each` : 'none so far',
    spark: ({ history }) => history.loads,
  },
  {
    name: 'Time saved',
    stat: 'saved',
    number: ({ stats }) => (stats.savedTimeMs > 0 ? lapse(stats.savedTimeMs) : NONE),
    below: ({ stats: { factory } }) => `${lapse(factory.timeMs)} spent on loads`,
    spark: () => [],
  },
  {
    name: 'Evictions per second',
    stat: 'evictions',
    number: ({ history }) => brief(history.evictions.at(-1)),
    below: ({ stats: { evictions } }) => `${count(evictions.size + evictions.refused)} so far`,
    spark: ({ history }) => history.evictions,
  },
  {
    name: 'Errors',
    stat: 'errors',
    number: ({ stats }) => count(stats.errors),
    below: ({ history }) => `${brief(history.errors.at(-1))} per second`,
    spark: ({ history }) => history.errors,
    isBad: ({ history }) => (history.errors.at(-1) ?? 0) > 0,
  },
];

/**
 * @param {Everything} everything
 * @param {number} points - how many of the last ones the sparks show.
 */
export function showTiles(everything, points) {
  keep(
    byId('tiles'),
    TILES,
    ({ name }) => name,
    (tile) => createTile(tile),
    (element, tile) => {
      const [, number, below, spark] = /** @type {[Element, Element, Element, Element]} */ ([...element.children]);
      write(number, tile.number(everything));
      write(below, tile.below(everything));
      element.classList.toggle('bad', tile.isBad?.(everything) ?? false);
      drawSpark(spark, tile.spark(everything).slice(-points), tile.isShare ?? false);
    },
  );
}

/** @param {Tile} tile */
function createTile({ name, stat }) {
  const number = h('p', { class: 'number', 'data-stat': stat });
  return h('article', { class: 'tile' }, h('h2', {}, name), number, h('p', { class: 'below' }), createSpark());
}
