import type { Alert, ComponentHealth, Percentiles } from '../../src/index.ts';
import type { FakeMonitor } from '../server/fake-monitor.ts';
import { analysisOf, fakeMonitor, healthOf, NO_TIMES, regionOf, statsOf, tierOf } from '../server/fake-monitor.ts';

/** A monitor that has something to show in every part of the page; its counters grow by the time. */
export function busyMonitor(): FakeMonitor {
  const monitor = fakeMonitor();
  const start = Date.now();
  monitor.showsKeys = true;
  monitor.getStats = () => statsAfter(start, Date.now() - start);
  monitor.analysis = analysisOf({
    lookups: 12_000,
    hitRates: { overall: 0.93 },
    latency: { memory: { ...times(0.002), operations: {} }, redis: { ...times(0.4), operations: {} } },
    life: { ended: 900, oneHitWonders: 0.34, expiredBeforeReuse: 0.2, loads: 400, unchangedLoads: 0.12 },
    topKeys: {
      traffic: [{ region: '', key: `session:${'x'.repeat(200)}`, lookups: 1200 }],
      missCost: [{ region: 'profiles', key: 'report:2026', loads: 40, costMs: 92_000 }],
    },
    missRatioCurves: {
      memory: { samples: 900, points: [1, 2, 3, 4].map((n) => ({ entries: n * 5000, hitRate: 0.6 + n / 12 })) },
    },
    advice: [
      { kind: 'raise-max-entries', tier: 'memory', text: 'Tier memory: raising maxEntries would add 4.1 points.' },
    ],
  });
  monitor.health = healthOf({
    status: 'down',
    overall: false,
    readiness: { ok: false, reason: 'file is down.' },
    components: {
      memory: component({}),
      redis: component({ status: 'degraded', reason: 'A round trip takes 210 ms.', roundTripMs: 210 }),
      file: component({ ok: false, status: 'down', reason: 'It does not answer.', roundTripMs: undefined }),
      bus: { ...component({}), kind: 'bus', lagMs: 12, gaps: 2, unsent: 1 } as ComponentHealth,
    },
  });
  monitor.alerts = [
    alert({ name: 'slow-redis', state: 'firing', severity: 'warning', text: 'p95 is 41 ms.' }),
    alert({ name: 'file-down', state: 'firing', severity: 'critical', text: 'file is down.' }),
    alert({ name: 'evicted-early', state: 'pending', severity: 'info', text: '71 % were still fresh.' }),
    alert({ name: 'bus-behind', state: 'resolved', severity: 'warning', text: '2 s.', resolvedAt: start }),
  ];
  return monitor;
}

function statsAfter(since: number, ms: number) {
  const hits = 10_000 + ms;
  const misses = 500 + Math.round(ms / 10);
  const usage = { entries: 9000, maxEntries: 10_000, bytes: 1e6, maxBytes: 2e6 };
  const factory = { runs: misses, errors: 3, timeMs: misses * 20, meanMs: 20 };
  const numbers = { hits, misses, hitRate: { overall: hits / (hits + misses) }, factory, savedTimeMs: hits * 20 };
  return statsOf({
    ...numbers,
    since,
    at: since + ms,
    errors: 4,
    tiers: {
      memory: tierOf({ hits, misses, usage, size: 9000 }),
      redis: tierOf({ hits: misses, misses, errors: 4, undelivered: 2 }),
      file: tierOf({ size: undefined }),
    },
    regions: { '': regionOf(numbers), profiles: regionOf({}) },
  });
}

function times(ms: number): Percentiles {
  return { ...NO_TIMES, count: 100, mean: ms, p50: ms, p95: 3 * ms, p99: 9 * ms, max: 20 * ms };
}

function component(of: Partial<ComponentHealth>): ComponentHealth {
  const up = {
    kind: 'tier',
    ok: true,
    status: 'up',
    reason: undefined,
    since: Date.now(),
    roundTripMs: 0.2,
    undelivered: 2,
  };
  return { ...up, ...of } as ComponentHealth;
}

function alert(of: Partial<Alert>): Alert {
  const subject = { cache: 'shop', tier: undefined, region: undefined, metric: 'p95', value: 1, threshold: 1 };
  return { ...subject, since: Date.now() - 5000, firedAt: undefined, resolvedAt: undefined, ...of } as Alert;
}
