/**
 * @import { History, Point } from '../src/server/history.ts'
 */

/** As many points as the server keeps. */
const CAPACITY = 600;

/**
 * Puts a point behind the others.
 *
 * @param {History} history
 * @param {Point} point
 */
export function append({ tiers, ...columns }, { tiers: tierPoints, ...point }) {
  const before = columns.at.length;
  appendTo(columns, point, before);
  for (const [label, tierPoint] of Object.entries(tierPoints)) {
    // @ts-expect-error the server's own type is for reading
    tiers[label] ??= emptyTier(before);
    appendTo(tiers[label] ?? {}, { ...tierPoint }, before);
  }
}

/**
 * The columns of a tier, also of one that the history does not know yet.
 *
 * @param {History} history
 * @param {string} label
 */
export function tierColumns({ at, tiers }, label) {
  return tiers[label] ?? emptyTier(at.length);
}

/** @param {number} length */
function emptyTier(length) {
  const none = () => Array.from({ length }, () => /** @type {number | null} */ (null));
  return { hits: none(), hitRate: none(), p50: none(), p95: none(), p99: none(), fill: none() };
}

/**
 * @param {Record<string, (number | null)[]>} columns
 * @param {Record<string, number | null>} point
 * @param {number} before
 */
function appendTo(columns, point, before) {
  for (const [name, column] of Object.entries(columns)) {
    column.push(point[name] ?? null);
    if (before >= CAPACITY) column.shift();
  }
}
