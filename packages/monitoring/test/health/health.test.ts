import { createCache } from '@uno-cache/core';
import type { FaultyTier, ManualClock } from '@uno-cache/core/testing';
import { faultyTier, localBus, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { expect, test } from 'vitest';
import type { Monitor, MonitorOptions } from '../../src/index.ts';
import { createMonitor } from '../../src/index.ts';

function stage(options: MonitorOptions = {}): {
  clock: ManualClock;
  far: FaultyTier;
  monitor: Monitor;
  stop: () => Promise<void>;
} {
  const clock = manualClock();
  const far = faultyTier(memory({ name: 'far' }), { shared: true, async: true });
  const cache = createCache({ clock, name: 'shop', tiers: [memory(), far], bus: localBus() });
  return { clock, far, monitor: createMonitor(cache, { interval: '1h', ...options }), stop: () => cache.close() };
}

test('all is well: tiers and bus are up, with the time of a probe', async () => {
  const { monitor, clock, stop } = stage();
  const health = await monitor.checkHealth();
  expect(health).toMatchObject({
    cache: 'shop',
    at: clock.now(),
    overall: true,
    status: 'up',
    liveness: { ok: true },
    readiness: { ok: true },
  });
  expect(Object.keys(health.components)).toEqual(['memory', 'far', 'bus']);
  expect(health.components.memory).toMatchObject({
    ok: true,
    status: 'up',
    reason: undefined,
    kind: 'tier',
    undelivered: 0,
  });
  expect(health.components.far?.roundTripMs).toBeGreaterThanOrEqual(0);
  expect(health.components.bus).toMatchObject({ kind: 'bus', status: 'up', lagMs: 0, gaps: 0, unsent: 0 });
  await stop();
});

test('a tier that fails its probe is down at once, with the reason and since when', async () => {
  const { monitor, clock, far, stop } = stage();
  await clock.advanceAsync('1m');
  far.fail('ping', new Error('no route to host'));
  const downAt = clock.now();
  expect(await monitor.checkHealth()).toMatchObject({ overall: false, status: 'down' });
  await clock.advanceAsync('10s');
  const { components, readiness, liveness } = await monitor.checkHealth();
  expect(components.far).toMatchObject({ ok: false, status: 'down', since: downAt, roundTripMs: undefined });
  expect(components.far?.reason).toContain('no route to host');
  expect(components.memory?.ok).toBe(true);
  expect([readiness.ok, liveness.ok]).toEqual([true, true]);
  await stop();
});

test('it is up again only after it was well for a while', async () => {
  const { monitor, clock, far, stop } = stage({ recoverAfter: '3s' });
  far.fail('ping', new Error('gone'));
  await monitor.checkHealth();
  far.heal();
  const statuses: unknown[] = [];
  for (let second = 0; second <= 4; second++) {
    const { overall, components } = await monitor.checkHealth();
    statuses.push([overall, components.far?.status]);
    await clock.advanceAsync('1s');
  }
  expect(statuses).toEqual([
    [true, 'degraded'],
    [true, 'degraded'],
    [true, 'degraded'],
    [true, 'up'],
    [true, 'up'],
  ]);
  await stop();
});

test('a relapse begins the wait anew', async () => {
  const { monitor, clock, far, stop } = stage({ recoverAfter: '3s' });
  far.fail('ping', new Error('gone'));
  await monitor.checkHealth();
  far.heal();
  await monitor.checkHealth();
  await clock.advanceAsync('2s');
  far.fail('ping', new Error('gone')).once();
  expect((await monitor.checkHealth()).components.far?.status).toBe('down');
  await clock.advanceAsync('2s');
  expect((await monitor.checkHealth()).components.far?.status).toBe('degraded');
  await clock.advanceAsync('3s');
  expect((await monitor.checkHealth()).components.far?.status).toBe('up');
  await stop();
});

test('a probe that is never answered does not hold anybody up', async () => {
  const { monitor, clock, far, stop } = stage();
  far.hang('ping');
  const checking = monitor.checkHealth();
  await clock.advanceAsync('5s');
  const { components } = await checking;
  expect(components.far).toMatchObject({ ok: false, status: 'down' });
  expect(components.memory).toMatchObject({ ok: true });
  far.heal();
  await stop();
});

test('failing commands and invalidations that wait make a tier degraded', async () => {
  const clock = manualClock();
  const far = faultyTier(memory({ name: 'far' }), { shared: true, async: true });
  await using cache = createCache({ clock, tiers: [memory(), far], bus: localBus() });
  const monitor = createMonitor(cache, { interval: '1h' });
  far.fail('get', new Error('busy')).once();
  await cache.get('k');
  const { components, overall } = await monitor.checkHealth();
  expect(components.far).toMatchObject({ ok: true, status: 'degraded' });
  expect(components.far?.reason).toMatch(/^1 command failed: .*busy/);
  expect(overall).toBe(true);
  await clock.advanceAsync('1s');
  await monitor.checkHealth();
  await clock.advanceAsync('3s');
  expect((await monitor.checkHealth()).components.far?.status).toBe('up');
  far.fail('delete', new Error('busy'));
  await cache.delete('k');
  const waiting = (await monitor.checkHealth()).components.far;
  expect(waiting).toMatchObject({ status: 'degraded', undelivered: 1 });
  expect(waiting?.reason).toMatch(/^1 invalidation wait/);
  far.heal();
});

test('strict readiness: a component that is down makes the process not ready', async () => {
  const { monitor, far, stop } = stage({ readiness: 'strict' });
  expect((await monitor.checkHealth()).readiness).toEqual({ ok: true, reason: undefined });
  far.fail('ping', new Error('gone'));
  const { readiness, liveness } = await monitor.checkHealth();
  expect(readiness).toMatchObject({ ok: false, reason: expect.stringContaining('far is down') });
  expect(liveness.ok).toBe(true);
  await stop();
});

test('a monitor looks by itself, every so often', async () => {
  const { monitor, clock, far, stop } = stage({ interval: '2s' });
  far.fail('ping', new Error('gone'));
  expect(monitor.health.overall).toBe(true);
  await clock.advanceAsync('2s');
  expect(monitor.health.overall).toBe(false);
  await stop();
});

test('those who ask at the same time share a probe', async () => {
  const { monitor, far, stop } = stage();
  await Promise.all([monitor.checkHealth(), monitor.checkHealth(), monitor.checkHealth()]);
  expect(far.count('ping')).toBe(1);
  await stop();
});

test('a closed cache is not live', async () => {
  const { monitor, stop } = stage();
  await stop();
  expect(await monitor.checkHealth()).toMatchObject({
    overall: false,
    liveness: { ok: false },
    readiness: { ok: false },
  });
});
