/**
 * @import { Standing } from '../src/server/point-recorder.ts'
 * @import { KeyCost, KeyTraffic, TierLatency } from '../src/analysis/analysis.ts'
 * @import { RegionStats, TierTotals } from '../src/stats/monitor-stats.ts'
 */
import { byId } from './element.js';
import { bytes, count, duration, lapse, NONE, percent, regionName } from './format.js';
import { tierColor } from './palette.js';
import { Table } from './table.js';

/** @typedef {TierTotals & { label: string, index: number, latency: TierLatency | undefined }} TierRow */
/** @typedef {RegionStats & { name: string }} RegionRow */

/** @type {Table<TierRow>} */
const tiers = new Table(
  byId('tiers'),
  [
    { heading: 'Tier', text: ({ label }) => label },
    { heading: 'Hits', stat: 'hits', text: ({ hits }) => count(hits) },
    { heading: 'Misses', stat: 'misses', text: ({ misses }) => count(misses) },
    { heading: 'Hit rate', stat: 'hitRate', text: ({ hitRate }) => percent(hitRate) },
    { heading: 'p50', text: ({ latency }) => percentile(latency, 'p50') },
    { heading: 'p95', text: ({ latency }) => percentile(latency, 'p95') },
    { heading: 'p99', text: ({ latency }) => percentile(latency, 'p99') },
    { heading: 'Entries', stat: 'size', text: ({ size }) => count(size) },
    { heading: 'Bytes', stat: 'bytes', text: ({ usage }) => bytes(usage?.bytes) },
    { heading: 'Bound', text: ({ usage }) => bound(usage) },
    { heading: 'Evicted', stat: 'evictedForSize', text: ({ evictions }) => count(evictions.size) },
    { heading: 'Refused', stat: 'refused', text: ({ evictions }) => count(evictions.refused) },
    { heading: 'Expired', stat: 'expired', text: ({ evictions }) => count(evictions.expired) },
    { heading: 'Errors', stat: 'errors', text: ({ errors }) => count(errors), isBad: ({ errors }) => errors > 0 },
    {
      heading: 'Undelivered',
      stat: 'undelivered',
      text: ({ undelivered }) => count(undelivered),
      isBad: ({ undelivered }) => undelivered > 0,
    },
  ],
  ({ label }) => label,
  ({ index }) => tierColor(index),
);

/** @type {Table<RegionRow>} */
const regions = new Table(
  byId('regions'),
  [
    { heading: 'Region', text: ({ name }) => regionName(name) },
    { heading: 'Hits', stat: 'hits', text: ({ hits }) => count(hits) },
    { heading: 'Misses', stat: 'misses', text: ({ misses }) => count(misses) },
    { heading: 'Hit rate', stat: 'hitRate', text: ({ hitRate }) => percent(hitRate.overall) },
    { heading: 'Stale hits', stat: 'staleHits', text: ({ staleHits }) => count(staleHits) },
    { heading: 'Negative hits', stat: 'negativeHits', text: ({ negativeHits }) => count(negativeHits) },
    { heading: 'Sets', stat: 'sets', text: ({ sets }) => count(sets) },
    { heading: 'Deletes', stat: 'deletes', text: ({ deletes }) => count(deletes) },
    { heading: 'Loads', stat: 'loads', text: ({ factory }) => count(factory.runs) },
    { heading: 'Mean load', text: ({ factory }) => (factory.runs > 0 ? duration(factory.meanMs) : NONE) },
    {
      heading: 'Failed loads',
      stat: 'loadErrors',
      text: ({ factory }) => count(factory.errors),
      isBad: ({ factory }) => factory.errors > 0,
    },
    { heading: 'Joins', stat: 'joins', text: ({ joins }) => count(joins) },
    { heading: 'Fenced', stat: 'fenced', text: ({ fenced }) => count(fenced) },
    { heading: 'Evicted', stat: 'evictedForSize', text: ({ evictions }) => count(evictions.size) },
    { heading: 'Time saved', text: ({ savedTimeMs }) => (savedTimeMs > 0 ? lapse(savedTimeMs) : NONE) },
  ],
  ({ name }) => name,
);

/** @type {Table<KeyTraffic>} */
const traffic = new Table(
  byId('traffic-keys'),
  [
    { heading: 'Key', text: ({ key }) => key },
    { heading: 'Region', isText: true, text: ({ region }) => regionName(region) },
    { heading: 'Lookups', text: ({ lookups }) => count(lookups) },
  ],
  ({ region, key }) => JSON.stringify([region, key]),
);

/** @type {Table<KeyCost>} */
const cost = new Table(
  byId('cost-keys'),
  [
    { heading: 'Key', text: ({ key }) => key },
    { heading: 'Region', isText: true, text: ({ region }) => regionName(region) },
    { heading: 'Time of loads', text: ({ costMs }) => duration(costMs) },
  ],
  ({ region, key }) => JSON.stringify([region, key]),
);

/** @param {Standing} snapshot */
export function showTables({ stats, analysis }) {
  tiers.update(
    Object.entries(stats.tiers).map(([label, tier], index) => ({
      ...tier,
      label,
      index,
      latency: analysis.latency[label],
    })),
    'This cache has no tiers.',
  );
  regions.update(Object.entries(stats.regions).map(([name, region]) => ({ ...region, name })));
  const off = 'Off: the option topKeys of createMonitor() turns it on.';
  traffic.update(analysis.topKeys?.traffic ?? [], analysis.topKeys === undefined ? off : 'No lookups yet.');
  cost.update(analysis.topKeys?.missCost ?? [], analysis.topKeys === undefined ? off : 'No loads yet.');
}

/**
 * @param {TierLatency | undefined} latency
 * @param {'p50' | 'p95' | 'p99'} name
 */
function percentile(latency, name) {
  return latency !== undefined && latency.count > 0 ? duration(latency[name]) : NONE;
}

/** @param {TierTotals['usage']} usage */
function bound(usage) {
  const bounds = [];
  if (usage?.maxEntries !== undefined) bounds.push(count(usage.maxEntries));
  if (usage?.maxBytes !== undefined) bounds.push(bytes(usage.maxBytes));
  return bounds.join(', ') || NONE;
}
