import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { describe, expect, it } from 'vitest';
import { timeBased, until } from '../../src/index.ts';

const MIDDAY = Date.parse('2026-03-10T12:00:00Z');

describe('timeBased()', () => {
  it('spreads a ttl evenly over 270 to 330 s', () => {
    const strategy = timeBased({ defaultTtl: 300, ttlJitter: 0.1, seed: 1 });
    const bins = new Array<number>(6).fill(0);
    const count = 60_000;
    for (let i = 0; i < count; i++) {
      const ttl = strategy.applyJitter(300);
      expect(ttl >= 270 && ttl <= 330).toBe(true);
      bins[Math.min(5, Math.floor((ttl - 270) / 10))]!++;
    }
    // Chi squared with 5 degrees of freedom: 20.5 is passed once in a thousand.
    const expected = count / bins.length;
    expect(bins.reduce((sum, bin) => sum + (bin - expected) ** 2 / expected, 0)).toBeLessThan(20.5);
  });

  it('gives the same again with the same seed', () => {
    const draw = (seed?: number): number[] => {
      const strategy = timeBased({ defaultTtl: 300, ttlJitter: 0.1, ...(seed !== undefined && { seed }) });
      return Array.from({ length: 5 }, () => strategy.applyJitter('5m'));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw()).not.toEqual(draw());
  });

  it('finds the ttl of a key: its own, by a rule, or the default', () => {
    const strategy = timeBased({
      defaultTtl: '5m',
      rules: { 'session:*': '30m', 's*': 10, 'page:*': (value, key) => (value === 'big' ? key.length : '1h') },
    });
    expect(strategy.ttlFor('other')).toBe(300);
    expect(strategy.ttlFor('session:1')).toBe(1800);
    expect(strategy.ttlFor('short')).toBe(10);
    expect(strategy.ttlFor('session:1', '2s')).toBe(2);
    expect(strategy.ttlFor('page:1', undefined, 'big')).toBe(6);
    expect(strategy.ttlFor('page:1', undefined, 'small')).toBe(3600);
    expect(timeBased({ defaultTtl: Infinity, ttlJitter: 0.5 }).ttlFor('k')).toBe(Infinity);
  });

  it('stays above 0 with a jitter of 1', () => {
    const clock = manualClock();
    clock.randoms([0]);
    expect(timeBased({ defaultTtl: 1, ttlJitter: 1, clock }).applyJitter(1)).toBeGreaterThan(0);
  });

  it.each([
    { name: 'plain', options: { defaultTtl: 300, ttlJitter: 0.1 } },
    { name: 'seeded', options: { defaultTtl: 300, ttlJitter: 0.1, seed: 3 } },
    { name: 'by rules', options: { defaultTtl: 300, ttlJitter: 0.1, rules: { 'x*': 1 } } },
  ] as const)('makes the options of a cache: $name', async ({ options }) => {
    const clock = manualClock();
    await using cache = createCache({ ...timeBased({ ...options, clock }).options, tiers: [memory()], clock });
    const lives = new Set<number>();
    for (let i = 0; i < 50; i++) {
      await cache.set(`k${i}`, i);
      const { createdAt, expiresAt } = (await cache.getEntry(`k${i}`))!;
      const seconds = (expiresAt - createdAt) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(270);
      expect(seconds).toBeLessThanOrEqual(330);
      lives.add(seconds);
    }
    expect(lives.size).toBeGreaterThan(40);
  });

  it('makes entries slide, live by their value, and end on the wall', async () => {
    const clock = manualClock(MIDDAY);
    const sliding = timeBased({ defaultTtl: '1h', sliding: '10m' });
    await using cache = createCache({
      ...sliding.options,
      tiers: [memory()],
      clock,
      regions: {
        computed: timeBased({ defaultTtl: (value) => (value as { readonly maxAge: number }).maxAge }).options,
        daily: timeBased({ defaultTtl: until('midnight', 'UTC', { clock }), ttlJitter: 0.5, sliding: false }).options,
      },
    });
    await cache.set('k', 1);
    for (let i = 0; i < 5; i++) {
      clock.advance('9m');
      expect(await cache.get('k')).toBe(1);
    }
    clock.advance('11m');
    expect(await cache.get('k')).toBeUndefined();

    await cache.region('computed').set('k', { maxAge: 7 });
    const { createdAt, expiresAt } = (await cache.region('computed').getEntry('k'))!;
    expect(expiresAt - createdAt).toBe(7000);

    await cache.region('daily').set('k', 1);
    expect((await cache.region('daily').getEntry('k'))?.expiresAt).toBe(Date.parse('2026-03-11T00:00:00Z'));
  });

  it.each([
    [{}],
    [{ defaultTtl: 0 }],
    [{ defaultTtl: '5 min' }],
    [{ defaultTtl: 1, ttlJitter: 2 }],
    [{ defaultTtl: 1, ttlJiter: 0.1 }],
    [{ defaultTtl: 1, seed: 0.5 }],
    [{ defaultTtl: 1, sliding: -1 }],
    [{ defaultTtl: 1, rules: { 'a*': -1 } }],
  ])('refuses %o', (options) => {
    expect(() => timeBased(options as never)).toThrow(TypeError);
  });
});
