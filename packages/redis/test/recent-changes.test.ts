import { describe, expect, it } from 'vitest';
import { RecentChanges } from '../src/keyspace/recent-changes.ts';

const KEPT_MS = 30_000;
const MAX_KEPT = 50_000;

function recentAt(start = 0): { recent: RecentChanges; pass(ms: number): void } {
  let now = start;
  return {
    recent: new RecentChanges(() => now),
    pass: (ms) => {
      now += ms;
    },
  };
}

describe('what is remembered of the last seconds', () => {
  it('each change once, and of a tag its last version', () => {
    const { recent } = recentAt();
    for (let index = 0; index < 500; index++) {
      recent.note({ kind: 'key', key: 'k' });
      recent.note({ kind: 'pattern', pattern: 'user:*' });
      recent.note({
        kind: 'tags',
        tags: [
          ['', `epoch ${index}`],
          ['t', `version ${index}`],
        ],
      });
    }
    const { all, keys, patterns, tags } = recent.list();
    expect(all).toBe(false);
    expect([...keys]).toEqual(['k']);
    expect([...patterns]).toEqual(['user:*']);
    expect([...tags]).toEqual([
      ['', 'epoch 499'],
      ['t', 'version 499'],
    ]);
  });

  it('a change for thirty seconds at least and for a minute at most', () => {
    for (const age of [0, 10_000, KEPT_MS - 1]) {
      const { recent, pass } = recentAt();
      pass(age);
      recent.note({ kind: 'key', key: 'k' });
      pass(KEPT_MS - 1);
      recent.note({ kind: 'key', key: 'later' });
      expect(recent.list().keys.has('k')).toBe(true);
      expect(recent.isEmpty).toBe(false);
      pass(KEPT_MS + 1);
      expect(recent.list().keys.has('k')).toBe(false);
      pass(2 * KEPT_MS);
      expect(recent.isEmpty).toBe(true);
    }
  });

  it('for as long as it is held', () => {
    const { recent, pass } = recentAt();
    recent.note({ kind: 'key', key: 'k' });
    pass(KEPT_MS - 1);
    recent.hold();
    pass(10 * KEPT_MS);
    recent.note({ kind: 'key', key: 'later' });
    expect([...recent.list().keys]).toEqual(['k', 'later']);
    recent.release();
    pass(1);
    expect(recent.isEmpty).toBe(true);
  });

  it('of too many, or too long ones, only that something changed', () => {
    for (const keys of [
      Array.from({ length: MAX_KEPT + 1 }, (_, index) => `k${index}`),
      Array.from({ length: 200 }, (_, index) => `${index}`.padEnd(65_536, 'x')),
    ]) {
      const { recent, pass } = recentAt();
      recent.note({ kind: 'pattern', pattern: 'user:*' });
      for (const key of keys) recent.note({ kind: 'key', key });
      const { all, keys: kept, patterns } = recent.list();
      expect({ all, keys: kept.size, patterns: patterns.size }).toEqual({ all: true, keys: 0, patterns: 0 });
      pass(2 * KEPT_MS);
      expect(recent.list().all).toBe(false);
    }
  });
});
