import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { redis } from '@uno-cache/redis';
import { expect, test, vi } from 'vitest';
import type { Alert } from '../src/index.ts';
import { createMonitor } from '../src/index.ts';
import { startRedis } from './start-redis.ts';

test('a Redis that is killed is down, with the reason; an alert fires, and is resolved when it is back', {
  timeout: 90_000,
}, async () => {
  const server = await startRedis();
  const port = Number(new URL(server.url).port);
  await using cache = createCache({ name: 'shop', tiers: [memory(), redis({ url: server.url })] });
  const monitor = createMonitor(cache, {
    interval: '100ms',
    recoverAfter: '500ms',
    alerts: [{ name: 'redis-down', metric: 'down', tier: 'redis', above: 0, for: '300ms', severity: 'critical' }],
  });
  const told: [string, Alert][] = [];
  monitor.on('alert', (alert) => told.push(['alert', alert]));
  monitor.on('resolved', (alert) => told.push(['resolved', alert]));
  await vi.waitFor(
    async () => expect(await monitor.checkHealth()).toMatchObject({ status: 'up', overall: true }),
    20_000,
  );
  await cache.set('a', 1);
  expect((await monitor.checkHealth()).components.redis?.roundTripMs).toBeGreaterThan(0);
  expect((await monitor.getStatsAsync()).hitRate.overall).toBe(0);

  const killedAt = Date.now();
  await server.kill();
  await vi.waitFor(() => expect(monitor.health.components.redis?.status).toBe('down'), 20_000);
  const { components, overall } = monitor.health;
  expect(overall).toBe(false);
  expect(components.redis?.reason).toMatch(/\w+/);
  expect(components.redis?.since).toBeGreaterThanOrEqual(killedAt);
  expect(components.memory).toMatchObject({ ok: true, status: 'up' });
  await vi.waitFor(() => expect(told).toHaveLength(1), 20_000);
  expect(told[0]).toMatchObject([
    'alert',
    { name: 'redis-down', tier: 'redis', severity: 'critical', text: 'Tier redis is down.' },
  ]);
  expect(await cache.getOrSet('b', () => 2)).toBe(2);

  const again = await startRedis(port);
  try {
    await vi.waitFor(() => expect(monitor.health.components.redis?.status).toBe('up'), {
      timeout: 40_000,
      interval: 100,
    });
    await vi.waitFor(() => expect(told).toHaveLength(2), 20_000);
    expect(told[1]).toMatchObject(['resolved', { name: 'redis-down', state: 'resolved' }]);
    // The bus tells of its gap for a while.
    await vi.waitFor(async () => expect((await monitor.checkHealth()).status).toBe('up'), 30_000);
  } finally {
    await cache.close();
    await again.kill();
  }
});
