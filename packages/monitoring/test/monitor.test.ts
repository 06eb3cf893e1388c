import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { Counter, Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import type { MonitoringOptions, MonitorOptions } from '../src/index.ts';
import { createMonitor, monitoring, monitorOf } from '../src/index.ts';

test('a monitor ends with its cache, and leaves no timer behind', async () => {
  const clock = manualClock();
  const cache = createCache({ clock, tiers: [memory()] });
  const before = clock.pending;
  const monitor = createMonitor(cache);
  expect(clock.pending).toBe(before + 1);
  expect(clock.timers().every(({ background }) => background)).toBe(true);
  await cache.close();
  expect(clock.pending).toBe(0);
  expect(monitor.registry.getMetricsAsArray()).toEqual([]);
  await clock.advanceAsync('1h');
  expect(clock.pending).toBe(0);
});

test('closing it leaves the cache as it was', async () => {
  const clock = manualClock();
  await using cache = createCache({ clock, tiers: [memory()] });
  const before = clock.pending;
  const monitor = createMonitor(cache);
  await Promise.all([monitor.close(), monitor.close()]);
  await monitor[Symbol.asyncDispose]();
  expect(clock.pending).toBe(before);
  await cache.set('a', 1);
  expect(await cache.get('a')).toBe(1);
  expect(monitor.analyzePerformance().latency.memory?.count).toBe(0);
  await expect(async () => monitor.serve({ port: 0 })).rejects.toMatchObject({ code: 'CLOSED' });
});

test('a closed cache has no monitor', async () => {
  const cache = createCache({ tiers: [memory()] });
  await cache.close();
  expect(() => createMonitor(cache)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});

test('two monitors of one cache do not disturb each other', async () => {
  await using cache = createCache({ tiers: [memory()] });
  const [one, other] = [createMonitor(cache), createMonitor(cache)];
  await cache.set('a', 1);
  for (let at = 0; at < 1000; at++) await cache.get('a');
  for (const monitor of [one, other]) {
    expect(monitor.getStats().hits).toBe(1000);
    expect(Math.abs((monitor.analyzePerformance().latency.memory?.count ?? 0) - 1000)).toBeLessThanOrEqual(48);
  }
  await one.close();
  await cache.get('a');
  expect(other.getStats().hits).toBe(1001);
});

test('monitoring() is a part of the options of a cache', async () => {
  const cache = createCache({ name: 'shop', tiers: [memory()], extensions: [monitoring({ topKeys: 5 })] });
  const monitor = monitorOf(cache);
  await cache.get('missing');
  expect(monitor?.getStats()).toMatchObject({ cache: 'shop', misses: 1 });
  await cache.close();
  expect(await monitor?.checkHealth()).toMatchObject({ liveness: { ok: false } });
  expect(monitorOf(createCache({ tiers: [memory()] }))).toBeUndefined();
});

test('with a port it serves, until the cache closes', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const cache = createCache({ name: 'shop', tiers: [memory()], extensions: [monitoring({ port })] });
  const metrics = await vi.waitFor(async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), 10_000);
  expect(metrics).toContain('cache_hits_total{cache="shop",region=""} 0');
  await cache.close();
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
});

test('a port that is taken is told of, and leaves the cache alone', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await using cache = createCache({ tiers: [memory()], extensions: [monitoring({ port })] });
  const errors: string[] = [];
  monitorOf(cache)?.on('error', ({ code, message }) => errors.push(`${code} ${message}`));
  await vi.waitFor(() => expect(errors).toHaveLength(1), 10_000);
  expect(errors[0]).toMatch(new RegExp(`^LISTEN_FAILED .*${port}`));
  await cache.set('a', 1);
  taken.close();
});

const refused: readonly (readonly [options: unknown, message: RegExp])[] = [
  [5, /createMonitor\(\): options must be an object/],
  [{ intervall: '1s' }, /"intervall".*"interval"/],
  [{ interval: 0 }, /interval must be/],
  [{ interval: Infinity }, /interval must be a duration of at most 24 days/],
  [{ history: 'long' }, /history must be/],
  [{ topKeys: -1 }, /topKeys must be/],
  [{ topKeys: 1.5 }, /topKeys must be/],
  [{ slowProbe: 'x' }, /slowProbe must be/],
  [{ maxBusLag: -1 }, /maxBusLag must be/],
  [{ recoverAfter: 'x' }, /recoverAfter must be/],
  [{ readiness: 'strickt' }, /readiness.*"strict"/],
  [{ alerts: true }, /alerts must be/],
  [{ registry: {} }, /registry must be/],
  [{ registry: null }, /registry must be/],
  [{ webhook: 'http://x' }, /webhook/],
];

test.each(refused)('refuses %j', async (options, message) => {
  await using cache = createCache({ tiers: [memory()] });
  expect(() => createMonitor(cache, options as MonitorOptions)).toThrow(TypeError);
  expect(() => createMonitor(cache, options as MonitorOptions)).toThrow(message);
});

test('on() refuses events that there are not, and what is no listener', async () => {
  await using cache = createCache({ tiers: [memory()] });
  const monitor = createMonitor(cache);
  expect(() => monitor.on('alerts' as never, () => {})).toThrow(
    /event must be one of "alert", "resolved", "error"; got "alerts" \(did you mean "alert"\?\)/,
  );
  expect(() => monitor.on('alert', undefined as never)).toThrow(TypeError);
  expect(() => monitor.on('alert', undefined as never)).toThrow(/listener must be a function/);
});

test('monitoring() refuses wrong options before there is a cache', () => {
  expect(() => monitoring({ prot: 1 } as object)).toThrow(
    /monitoring\(\): unknown option "prot" \(did you mean "port"/,
  );
  expect(() => monitoring({ topKeys: -1 })).toThrow(/topKeys/);
  const servers: [MonitoringOptions, RegExp][] = [
    [{ port: -1 }, /port must be an integer from 0 to 65535; got -1/],
    [{ port: 0, host: '0.0.0.0' }, /token must be .*"0\.0\.0\.0" can be reached from elsewhere/],
    [{ port: 0, token: 'short' }, /token must be/],
    [{ host: '127.0.0.1' }, /monitoring\(\): host says nothing without port/],
    [{ token: 'a-token-of-some-length' }, /token says nothing without port/],
  ];
  for (const [options, message] of servers) {
    expect(() => monitoring(options)).toThrow(TypeError);
    expect(() => monitoring(options)).toThrow(message);
  }
  for (const none of [{}, { port: undefined, host: undefined } as object]) expect(() => monitoring(none)).not.toThrow();
});

test('a look that fails is told of, and the next one is made all the same', async () => {
  const clock = manualClock();
  await using cache = createCache({ clock, tiers: [memory()] });
  const monitor = createMonitor(cache, { interval: '1s', alerts: [{ name: 'any', metric: 'memory', above: 2 }] });
  const errors: string[] = [];
  monitor.on('error', ({ code }) => errors.push(code));
  const stats = vi.spyOn(cache, 'stats').mockImplementation(() => {
    throw new Error('broken');
  });
  await clock.advanceAsync('10s');
  expect(errors.length).toBeGreaterThan(0);
  expect(new Set(errors)).toEqual(new Set(['MONITOR_FAILED']));
  stats.mockRestore();
  const before = errors.length;
  await clock.advanceAsync('10s');
  expect(errors.length).toBe(before);
});

test('a monitor that could not be created does not look on', async () => {
  const registry = new Registry();
  new Counter({ name: 'cache_size', help: 'mine', registers: [registry] });
  await using cache = createCache({ tiers: [memory()] });
  expect(() => createMonitor(cache, { registry })).toThrow(TypeError);
  const now = vi.spyOn(performance, 'now');
  await cache.set('a', 1);
  for (let at = 0; at < 100; at++) await cache.get('a');
  expect(now).not.toHaveBeenCalled();
  createMonitor(cache);
  await cache.get('a');
  expect(now).toHaveBeenCalled();
  now.mockRestore();
});

test('what is no cache is refused', () => {
  expect(() => createMonitor({} as never)).toThrow(TypeError);
});
