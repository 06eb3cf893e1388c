import type { Survival } from '../observe/reuse-histogram.ts';
import type { MissRatioCurve } from './analysis.ts';

/** Reuse times. They count all lookups of the cache, while entries come from a share of them. */
export interface Reuse {
  readonly survival: Iterable<Survival>;
  readonly samples: number;
  /** 0..1 */
  readonly share: number;
}

type Point = MissRatioCurve['points'][number];

/** Neighbours that are nearer to each other than this are one point. */
const STEP = 1.05;
/** With such a hit rate a larger cache gains nothing. */
const ALL = 0.99;

/**
 * The hit rates of an LRU cache at all sizes, from reuse times, as in Hu et al., "Kinetic Modeling of Data Eviction in
 * Cache", USENIX ATC 2016: an entry lives as long as it takes the lookups to bring in as many others, T, and a cache in
 * which it lives T lookups has as many entries as keys that take longer, added up over all times below T.
 */
export function missRatioCurve({ survival, samples, share }: Reuse): MissRatioCurve {
  const points: Point[] = [];
  let entries = 0;
  let end: Point = { entries: 0, hitRate: 0 };
  for (const { width, before, after } of survival) {
    entries += width * share * (width === 1 ? before : (before + after) / 2);
    end = { entries: Math.round(entries), hitRate: 1 - after };
    if (end.entries >= Math.max(1, (points.at(-1)?.entries ?? 0) * STEP)) points.push(end);
  }
  // A curve may rise most at its end.
  if (points.at(-1) !== end && end.entries > 0) points.push(end);
  return { points, samples };
}

/** The hit rate at a size, between its neighbours; `undefined` beyond what was seen, unless nothing more can come. */
export function hitRateAt({ points }: MissRatioCurve, entries: number): number | undefined {
  let before: Point = { entries: 0, hitRate: 0 };
  for (const point of points) {
    if (point.entries >= entries) {
      const part = (entries - before.entries) / Math.max(1, point.entries - before.entries);
      return before.hitRate + part * (point.hitRate - before.hitRate);
    }
    before = point;
  }
  return before.hitRate >= ALL ? before.hitRate : undefined;
}
