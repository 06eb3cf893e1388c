import { manualClock } from '@uno-cache/core/testing';
import { describe, expect, it } from 'vitest';
import { memory } from '../src/index.ts';

function versions(): { read(names: string[]): unknown; ensure(names: string[]): string[] } {
  const clock = manualClock();
  const host = { clock, sender: 'test', announce: false, report() {} };
  const keyspace = memory().open({ namespace: 'test', region: '' }, host);
  return {
    read: (names) => keyspace.versions.read(names, clock.now()),
    ensure: (names) => keyspace.versions.ensure(names, Infinity, clock.now()) as string[],
  };
}

describe('versions of tags', () => {
  it('are bounded; what is in use is kept, and a forgotten name gets another version', () => {
    const tags = versions();
    const [hot, cold] = tags.ensure(['hot', 'cold']);
    for (let i = 0; i < 120_000; i++) {
      tags.ensure([`t${i}`]);
      if (i % 1_000 === 0) tags.read(['hot']);
    }
    expect(tags.read(['hot', 'cold', 't0'])).toEqual([hot, undefined, undefined]);
    expect(tags.ensure(['cold'])[0]).not.toBe(cold);
  });
});
