import type { RegionStats } from '../stats/monitor-stats.ts';

/** Regions that have a label of their own; what is beyond is added up. */
const MOST_REGIONS = 100;
const OTHER = 'other';

/** The label of each region: its name or, of all beyond the limit, `other`, which is `other#2` where a region is called so. */
export function regionLabels(
  regions: Readonly<Record<string, RegionStats>>,
): readonly (readonly [label: string, stats: RegionStats])[] {
  let rest = OTHER;
  for (let copy = 2; Object.hasOwn(regions, rest); copy++) rest = `${OTHER}#${copy}`;
  return Object.entries(regions).map(([name, stats], index) => [index < MOST_REGIONS ? name : rest, stats]);
}
