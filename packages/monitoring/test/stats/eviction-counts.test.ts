import { expect, test } from 'vitest';
import { EvictionCounts } from '../../src/stats/eviction-counts.ts';

const about = { cache: 'shop', key: 'k', tier: 'memory' } as const;

test('evictions by region, tier and cause', () => {
  const counts = new EvictionCounts();
  counts.note({ ...about, region: '', cause: 'size' }, 'memory', 0);
  counts.note({ ...about, region: 'users', cause: 'size' }, 'memory', 0);
  counts.note({ ...about, region: 'users', cause: 'expired' }, 'memory@users', 0);
  expect(counts.of([''])).toEqual({ size: 1, expired: 0, refused: 0 });
  expect(counts.of(['', 'users'])).toEqual({ size: 2, expired: 1, refused: 0 });
  expect(counts.of(['', 'users'], 'memory')).toEqual({ size: 2, expired: 0, refused: 0 });
  expect(counts.of(['nobody'])).toEqual({ size: 0, expired: 0, refused: 0 });
});

test('early are those that were evicted for want of room while their time was not over', () => {
  const counts = new EvictionCounts();
  counts.note({ ...about, region: '', cause: 'size', expiresAt: 2000 }, 'memory', 1000);
  counts.note({ ...about, region: '', cause: 'size', expiresAt: Infinity }, 'memory', 1000);
  counts.note({ ...about, region: '', cause: 'size', expiresAt: 1000 }, 'memory', 1000);
  counts.note({ ...about, region: '', cause: 'expired', expiresAt: 2000 }, 'memory', 1000);
  counts.note({ ...about, region: '', cause: 'size' }, 'memory', 1000);
  expect(counts.freshOf('memory')).toBe(2);
  expect(counts.freshOf('other')).toBe(0);
});
