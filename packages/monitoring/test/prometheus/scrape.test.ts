import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { expect, test, vi } from 'vitest';
import { monitoring, monitorOf } from '../../src/index.ts';
import { startPrometheus } from './start-prometheus.ts';

test('a Prometheus scrapes it, and answers rates and quantiles', { timeout: 60_000 }, async () => {
  await using cache = createCache({ name: 'shop "1"', tiers: [memory()], extensions: [monitoring()] });
  const server = await monitorOf(cache)!.serve({ port: 0 });
  const prometheus = await startPrometheus(new URL(server.url).host);
  await cache.set('a', 1);
  const load = setInterval(() => {
    for (let at = 0; at < 10; at++) void cache.get('a');
    void cache.get('missing');
  }, 20);
  try {
    await vi.waitFor(
      async () => {
        const [rate] = await prometheus.query('rate(cache_hits_total{region=""}[10s])');
        expect(rate?.metric).toMatchObject({ cache: 'shop "1"', job: 'cache' });
        expect(rate?.value).toBeGreaterThan(10);
        const [hitRate] = await prometheus.query(
          'sum(rate(cache_hits_total[10s])) / (sum(rate(cache_hits_total[10s])) + sum(rate(cache_misses_total[10s])))',
        );
        expect(hitRate?.value).toBeCloseTo(10 / 11, 1);
        const [p95] = await prometheus.query(
          'histogram_quantile(0.95, sum by (le) (rate(cache_operation_latency_milliseconds_bucket{operation="get"}[10s])))',
        );
        expect(p95?.value).toBeGreaterThan(0);
        expect(p95?.value).toBeLessThan(1000);
        expect((await prometheus.query('up{job="cache"}'))[0]?.value).toBe(1);
      },
      { timeout: 45_000, interval: 500 },
    );
  } finally {
    clearInterval(load);
    await prometheus.stop();
  }
});
