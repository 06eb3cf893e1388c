import { manualClock } from '@uno-cache/core/testing';
import { describe, expect, it } from 'vitest';
import type { PolicyName } from '../src/index.ts';
import { MemoryCache } from '../src/index.ts';
import { bursts, joined, loop, popularity, scans } from './traces.ts';

/** Hits in percent, when a get that misses is followed by a set. */
function hitRatio(trace: readonly number[], maxEntries: number, policy: PolicyName): number {
  using cache = new MemoryCache<number, number>({ maxEntries, policy, clock: manualClock() });
  let hits = 0;
  for (const key of trace) {
    if (cache.get(key) !== undefined) hits++;
    else cache.set(key, key);
  }
  return (100 * hits) / trace.length;
}

const phases = joined(bursts(40_000, 300), loop(40_000, 700), bursts(40_000, 300, 1_000_000));

/** What the default policy has to reach, in points above LRU or in percent. Floors are far below what it does reach. */
const ROWS: readonly [name: string, trace: readonly number[], entries: number, overLru: number, least: number][] = [
  ['bursts of pure recency', bursts(60_000, 300), 512, -3, 25],
  ['bursts, in a small cache', bursts(20_000, 20), 50, -3, 25],
  ['a loop that does not fit', loop(60_000, 1_000), 512, 40, 40],
  ['a loop that does not fit by far', loop(60_000, 1_500), 512, 10, 10],
  ['bursts, a loop, bursts', phases, 512, 5, 35],
  ['popularity that stays', popularity(100_000, 20_000, 0), 1_000, 3, 40],
  ['popularity that wanders', popularity(100_000, 20_000, 5), 500, 0, 20],
  ['popularity and scans', scans(60_000, 20_000), 500, 3, 15],
];

describe('hit ratio of w-tinylfu', () => {
  it.each(ROWS)('%s', (_, trace, entries, overLru, least) => {
    const reached = hitRatio(trace, entries, 'w-tinylfu');
    expect(reached).toBeGreaterThan(hitRatio(trace, entries, 'lru') + overLru);
    expect(reached).toBeGreaterThan(least);
  });

  it('adapts in large caches, too', () => {
    const trace = popularity(300_000, 300_000, 0);
    expect(hitRatio(trace, 30_000, 'w-tinylfu')).toBeGreaterThan(hitRatio(trace, 30_000, 'lru'));
    const recent = bursts(300_000, 12_000);
    expect(hitRatio(recent, 20_000, 'w-tinylfu')).toBeGreaterThan(hitRatio(recent, 20_000, 'lru') - 10);
  });
});

describe('hit ratio of s3-fifo', () => {
  it('is above LRU where popularity stays', () => {
    const popular = popularity(100_000, 20_000, 0);
    expect(hitRatio(popular, 1_000, 's3-fifo')).toBeGreaterThan(hitRatio(popular, 1_000, 'lru') + 3);
  });
});
