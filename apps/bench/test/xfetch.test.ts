import { describe, expect, it } from 'vitest';
import { coreRefreshRate } from '../src/xfetch/core-rate.ts';
import { coreStampede } from '../src/xfetch/core-stampede.ts';
import { expected, simulate } from '../src/xfetch/simulate.ts';

describe('XFetch, against the paper', { timeout: 60_000 }, () => {
  it.each([0.75, 1, 2, 3])('keeps a stampede with beta %f at e^(1/beta), however many ask', (beta) => {
    for (const requestsPerLoad of [50, 200]) {
      const scenario = { beta, requestsPerLoad, ttl: 60, cycles: 2_000 };
      const found = simulate(scenario);
      expect(found.size / expected(scenario).size).toBeCloseTo(1, 1);
      expect(found.gap / expected(scenario).gap).toBeCloseTo(1, 1);
      expect(found.waited).toBe(0);
    }
  });

  it.each([0.5, 1, 2])(
    'comes out in core, with many caches over one tier, as in the model: beta %f',
    { timeout: 60_000 },
    async (beta) => {
      const scenario = { beta, requestsPerLoad: 100, ttl: 60, cycles: 300 };
      const [core, model] = [await coreStampede(scenario), simulate({ ...scenario, cycles: 5_000 })];
      expect(core.size / model.size).toBeGreaterThan(0.85);
      expect(core.size / model.size).toBeLessThan(1.15);
      expect(core.gap / model.gap).toBeGreaterThan(0.93);
      expect(core.gap / model.gap).toBeLessThan(1.07);
      expect(core.waited).toBeLessThan(0.1);
    },
  );

  it('lets everybody load at once without it', () => {
    const { size, waited } = simulate({ beta: 0, requestsPerLoad: 100, ttl: 60, cycles: 500 });
    expect(size).toBeGreaterThan(95);
    expect(waited).toBe(size);
  });

  it.each([
    [0.5, 0.5],
    [1, 0.25],
    [1, 1],
    [1, 2],
    [2, 1],
  ])('is what core does: with beta %f a hit %f Δ before the end refreshes with the same chance', async (beta, gap) => {
    const rate = await coreRefreshRate(beta, gap, 1_500, 11);
    expect(Math.abs(rate - Math.exp(-gap / beta))).toBeLessThan(0.05);
  });
});
