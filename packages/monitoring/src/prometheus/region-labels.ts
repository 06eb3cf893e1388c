import type { RegionStats } from '../stats/monitor-stats.ts';

/** Regions that have a label of their own; what is beyond is added up as `other`. */
const MOST_REGIONS = 100;
const OTHER = 'other';

/** The label of each region. */
export function regionLabels(
  regions: Readonly<Record<string, RegionStats>>,
): readonly (readonly [label: string, stats: RegionStats])[] {
  return Object.entries(regions).map(([name, stats], index) => [index < MOST_REGIONS ? name : OTHER, stats]);
}
