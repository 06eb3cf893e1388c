import { createCache } from '@uno-cache/core';
import { faultyTier, localBus, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { Alert, AlertRule } from '../../src/index.ts';
import { createMonitor, DEFAULT_ALERTS } from '../../src/index.ts';

/** Runs something under rules; gives back what was told, as texts. */
async function toldUnder(
  rules: readonly AlertRule[],
  run: (stage: Awaited<ReturnType<typeof stageWith>>) => Promise<void>,
): Promise<string[]> {
  const stage = stageWith(rules);
  await run(stage);
  await stage.cache.close();
  return stage.told;
}

function stageWith(alerts: readonly AlertRule[]) {
  const clock = manualClock();
  const far = faultyTier(memory({ name: 'far' }), { async: true });
  const cache = createCache({
    clock,
    tiers: [memory({ maxEntries: 10, policy: 'lru' }), far],
    ttl: '1h',
    regions: { users: {} },
  });
  const monitor = createMonitor(cache, { interval: '1s', alerts });
  const told: string[] = [];
  monitor.on('alert', ({ name, text }: Alert) => told.push(`${name} fires: ${text}`));
  monitor.on('resolved', ({ name }) => told.push(`${name} resolved`));
  return { clock, far, cache, monitor, told };
}

test('a tier that is down fires after its time, and is resolved', async () => {
  const told = await toldUnder(
    [{ name: 'down', metric: 'down', above: 0, for: '5s' }],
    async ({ clock, far, told: soFar }) => {
      far.fail('ping', new Error('gone'));
      await clock.advanceAsync('5s');
      expect(soFar).toEqual([]);
      await clock.advanceAsync('2s');
      far.heal();
      await clock.advanceAsync('2s');
    },
  );
  expect(told).toEqual(['down fires: Tier far is down.', 'down resolved']);
});

test('hit rates, of the whole and of a region', async () => {
  const rules: AlertRule[] = [
    { name: 'whole', metric: 'hitRate', below: 0.5, minCount: 10 },
    { name: 'users', metric: 'hitRate', region: 'users', below: 0.5, minCount: 10 },
    { name: 'near', metric: 'hitRate', tier: 'memory', below: 0.1, minCount: 10 },
    { name: 'too few', metric: 'hitRate', below: 0.9, minCount: 1000 },
  ];
  const told = await toldUnder(rules, async ({ cache, clock }) => {
    await cache.set('a', 1);
    for (let at = 0; at < 40; at++) await cache.get('a');
    for (let at = 0; at < 20; at++) await cache.region('users').get('missing');
    await clock.advanceAsync('1s');
  });
  expect(told).toEqual(['users fires: Region users: the hit rate is 0 % (below 50 % it alerts).']);
});

test('failed commands, early evictions and full tiers', async () => {
  const rules: AlertRule[] = [
    { name: 'errors', metric: 'errorRate', above: 0.05, minCount: 5 },
    { name: 'early', metric: 'evictedBeforeExpiry', above: 0.5, minCount: 5 },
    { name: 'full', metric: 'memory', above: 0.9 },
    { name: 'waiting', metric: 'undelivered', above: 0 },
    { name: 'slow', metric: 'p99', above: 10_000, minCount: 1 },
  ];
  const told = await toldUnder(rules, async ({ cache, clock, far }) => {
    for (let at = 0; at < 30; at++) await cache.set(`k${at}`, 1);
    far.fail(['get', 'delete', 'deleteMany'], new Error('busy'));
    for (let at = 0; at < 4; at++) await cache.get(`x${at}`);
    await cache.delete('k1');
    await clock.advanceAsync('1s');
  });
  const names = told.map((text) => text.split(' ')[0]);
  expect(new Set(names)).toEqual(new Set(['errors', 'early', 'full', 'waiting']));
});

test.each<[Omit<AlertRule, 'name'>, RegExp]>([
  [{ metric: 'p99', tier: 'memroy', above: 1 }, /alerts\[1\]\.tier must be one of "memory", "far"; .*"memory"\?/],
  [{ metric: 'hitRate', region: 'user', below: 1 }, /alerts\[1\]\.region must be one of "", "users"; .*"users"\?/],
  [{ metric: 'down', tier: 'bus', above: 0 }, /alerts\[1\]\.tier must be one of "memory", "far"; got "bus"/],
  [{ metric: 'busLag', tier: 'bus', above: 0 }, /alerts\[1\]\.tier must be undefined: the cache has none; got "bus"/],
  [{ metric: 'undelivered', tier: 'users', above: 0 }, /alerts\[1\]\.tier/],
])('a rule about what the cache has not is refused: %o', async (rule, message) => {
  const registry = new Registry();
  await using cache = createCache({ tiers: [memory(), memory({ name: 'far' })], regions: { users: {} } });
  const alerts = [...DEFAULT_ALERTS.slice(0, 1), { name: 'lost', ...rule }];
  expect(() => createMonitor(cache, { alerts, registry })).toThrow(TypeError);
  expect(() => createMonitor(cache, { alerts, registry })).toThrow(message);
  expect(registry.getMetricsAsArray()).toEqual([]);
});

test('a rule may name a tier, a bus, a region or the root', async () => {
  await using cache = createCache({ tiers: [memory()], bus: localBus(), regions: { users: { tiers: [memory()] } } });
  const alerts: AlertRule[] = [
    { name: 'tier', metric: 'hitRate', tier: 'memory@users', below: 1 },
    { name: 'bus', metric: 'down', tier: 'bus', above: 0 },
    { name: 'lag', metric: 'busLag', tier: 'bus', above: 1 },
    { name: 'region', metric: 'hitRate', region: 'users', below: 1 },
    { name: 'root', metric: 'fencedRate', region: '', above: 0 },
  ];
  expect(() => createMonitor(cache, { alerts })).not.toThrow();
});

test('without rules nothing is told', async () => {
  const clock = manualClock();
  const far = faultyTier(memory({ name: 'far' }), { async: true });
  await using cache = createCache({ clock, tiers: [memory(), far] });
  const monitor = createMonitor(cache, { interval: '1s', alerts: false });
  const told: Alert[] = [];
  monitor.on('alert', (alert) => told.push(alert));
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1m');
  expect(told).toEqual([]);
  expect(monitor.alerts).toEqual([]);
});

test('a listener that throws harms no other, and is told of', async () => {
  const { clock, far, monitor, told, cache } = stageWith([{ name: 'down', metric: 'down', above: 0 }]);
  const errors: string[] = [];
  const off = monitor.on('alert', () => {
    throw new Error('listener');
  });
  monitor.on('error', ({ code }) => errors.push(code));
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  expect(told).toHaveLength(1);
  expect(errors).toEqual(['LISTENER_FAILED']);
  off();
  far.heal();
  await clock.advanceAsync('1s');
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  expect(errors).toHaveLength(1);
  await cache.close();
});

test('an async listener that fails harms nobody, and is told of', async () => {
  const { clock, far, monitor, told, cache } = stageWith([{ name: 'down', metric: 'down', above: 0 }]);
  const errors: unknown[] = [];
  const unreachable = new Error('nobody to page');
  monitor.on('alert', () => Promise.reject(unreachable));
  monitor.on('error', ({ code, cause }) => {
    errors.push([code, cause]);
    return Promise.reject(new Error('no log either'));
  });
  far.fail('ping', new Error('gone'));
  await clock.advanceAsync('1s');
  expect(told).toHaveLength(1);
  expect(errors).toEqual([['LISTENER_FAILED', unreachable]]);
  await cache.close();
});
