import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createCache } from '@uno-cache/core';
import { localBus, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import type { OpenMetricsContentType } from 'prom-client';
import { Counter, Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { createMonitor } from '../../src/index.ts';
import { METRICS } from '../../src/prometheus/metric-table.ts';

/** The samples of a metric, by their labels as text. */
function samplesOf(text: string, name: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf('}');
      return [line.slice(name.length + 1, end), Number(line.slice(end + 2))];
    }),
  );
}

test('the six metrics of the design, and the numbers of getStats', async () => {
  await using cache = createCache({ name: 'shop', tiers: [memory({ maxEntries: 10 })], regions: { users: {} } });
  const monitor = createMonitor(cache);
  await cache.set('a', 1);
  for (let at = 0; at < 3; at++) await cache.get('a');
  await cache.region('users').get('u');
  const text = await monitor.registry.metrics();
  expect(samplesOf(text, 'cache_hits_total')).toEqual({
    'cache="shop",region=""': 3,
    'cache="shop",region="users"': 0,
  });
  expect(samplesOf(text, 'cache_misses_total')).toMatchObject({ 'cache="shop",region="users"': 1 });
  expect(samplesOf(text, 'cache_errors_total')).toMatchObject({ 'cache="shop",region=""': 0 });
  expect(samplesOf(text, 'cache_hit_rate')).toEqual({
    'cache="shop",tier="overall"': 0.75,
    'cache="shop",tier="memory"': 0.75,
  });
  expect(samplesOf(text, 'cache_size')).toMatchObject({ 'cache="shop",region="",tier="memory"': 1 });
  const buckets = samplesOf(text, 'cache_operation_latency_milliseconds_bucket');
  const ofGets = Object.entries(buckets).filter(([labels]) => labels.includes('tier="memory",operation="get"'));
  expect(ofGets.map(([labels]) => /le="(.+)"/.exec(labels)?.[1])).toEqual(
    '0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 25 50 100 250 500 1000 +Inf'.split(' '),
  );
  const counts = ofGets.map(([, count]) => count);
  expect(counts).toEqual([...counts].sort((one, other) => one - other));
  expect(counts.at(-1)).toBe(4);
  for (const [name, type] of [
    ['cache_hits_total', 'counter'],
    ['cache_misses_total', 'counter'],
    ['cache_errors_total', 'counter'],
    ['cache_hit_rate', 'gauge'],
    ['cache_size', 'gauge'],
    ['cache_operation_latency_milliseconds', 'histogram'],
  ]) {
    expect(text).toContain(`# TYPE ${name} ${type}\n`);
  }
});

test('promtool finds nothing to mend but the name that the histogram has to have', async () => {
  await using cache = createCache({
    name: 'shop "1"\n\\{cache="x"}',
    tiers: [memory({ name: 'memory', maxEntries: 10, maxBytes: '1mb' })],
    bus: localBus(),
    regions: { 'a"b\\c\nd{}': {} },
  });
  const monitor = createMonitor(cache);
  await cache.getOrSet('k', () => 1);
  await monitor.checkHealth();
  const input = await monitor.registry.metrics();
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect(`${stdout}${stderr}`.trim()).toBe(
    'cache_operation_latency_milliseconds use base unit "seconds" instead of "milliseconds"',
  );
  expect(samplesOf(input, 'cache_sets_total')).toHaveProperty([
    'cache="shop \\"1\\"\\n\\\\{cache=\\"x\\"}",region="a\\"b\\\\c\\nd{}"',
  ]);
  expect(() => execFileSync('promtool', ['--version'])).not.toThrow();
});

test('several caches in one registry, two of one name too', async () => {
  const registry = new Registry();
  const caches = ['shop', 'shop', 'blog'].map((name) => createCache({ name, tiers: [memory()] }));
  const [first, second, third] = caches as [(typeof caches)[0], (typeof caches)[0], (typeof caches)[0]];
  for (const [index, cache] of caches.entries()) {
    createMonitor(cache, { registry });
    for (let at = 0; at <= index; at++) await cache.get('missing');
  }
  expect(samplesOf(await registry.metrics(), 'cache_misses_total')).toEqual({
    'cache="shop",region=""': 1,
    'cache="shop#2",region=""': 2,
    'cache="blog",region=""': 3,
  });
  await first.close();
  expect(Object.keys(samplesOf(await registry.metrics(), 'cache_misses_total'))).toHaveLength(2);
  await Promise.all([second.close(), third.close()]);
  expect(registry.getMetricsAsArray()).toEqual([]);
});

test('a registry with a metric of somebody else under one of our names is refused, and stays as it was', async () => {
  const registry = new Registry();
  new Counter({ name: 'cache_size', help: 'mine', registers: [registry] });
  await using cache = createCache({ tiers: [memory()] });
  expect(() => createMonitor(cache, { registry })).toThrow(TypeError);
  expect(() => createMonitor(cache, { registry })).toThrow(/cache_size/);
  expect(registry.getMetricsAsArray()).toHaveLength(1);
});

test('scrapes do not count twice, and resetting the registry takes nothing away', async () => {
  await using cache = createCache({ name: 'shop', tiers: [memory()] });
  const { registry } = createMonitor(cache);
  await cache.get('missing');
  for (let at = 0; at < 3; at++) await registry.metrics();
  registry.resetMetrics();
  expect(samplesOf(await registry.metrics(), 'cache_misses_total')).toEqual({ 'cache="shop",region=""': 1 });
  const json = await registry.getMetricsAsJSON();
  expect(json.find(({ name }) => name === 'cache_misses_total')?.values).toMatchObject([{ value: 1 }]);
});

test('a registry of OpenMetrics has the same names', async () => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  await using cache = createCache({ name: 'shop', tiers: [memory()] });
  createMonitor(cache, { registry });
  await cache.get('missing');
  for (let scrape = 0; scrape < 2; scrape++) {
    const text = await registry.metrics();
    expect(text).toContain('# TYPE cache_misses counter\ncache_misses_total{cache="shop",region=""} 1\n');
    expect(text).toContain('cache_operation_latency_milliseconds_count{cache="shop",tier="memory",operation="get"} 1');
    expect(text).not.toContain('_total_total');
    expect(text.endsWith('# EOF\n')).toBe(true);
  }
});

test('no counter and no bucket ever goes down', async () => {
  const clock = manualClock();
  await using cache = createCache({
    clock,
    name: 'shop',
    tiers: [memory({ maxEntries: 5, policy: 'lru' })],
    ttl: '1m',
  });
  const { registry } = createMonitor(cache, { history: '10s' });
  let before: Record<string, number> = {};
  for (let round = 0; round < 20; round++) {
    for (let key = 0; key < 8; key++) await cache.getOrSet(`k${key}`, () => round);
    if (round % 5 === 0) await cache.clear();
    await clock.advanceAsync('25s');
    const text = await registry.metrics();
    const counters = text.split('\n').filter((line) => /^cache_\w+(_total|_bucket|_sum|_count)\{/.test(line));
    const now = Object.fromEntries(
      counters.map((line) => line.split(/ (?=[\d.e+-]+$)/)).map(([name, value]) => [name, Number(value)]),
    );
    for (const [name, value] of Object.entries(before)) expect(now[name], name).toBeGreaterThanOrEqual(value);
    before = now;
  }
  expect(Object.keys(before).length).toBeGreaterThan(30);
});

test('labels are bounded: regions beyond the hundredth are added up', async () => {
  const misses = await missesOf(Array.from({ length: 130 }, (_, at) => `r${at}`));
  expect(Object.keys(misses)).toHaveLength(101);
  expect(misses['cache="shop",region="other"']).toBe(31);
});

test('a region that is called as those beyond the hundredth is not added up with them', async () => {
  const misses = await missesOf(['other', ...Array.from({ length: 129 }, (_, at) => `r${at}`)]);
  expect(misses['cache="shop",region="other"']).toBe(1);
  expect(misses['cache="shop",region="other#2"']).toBe(31);
});

/** Of a cache of which each region has been asked once for what is not there. */
async function missesOf(names: readonly string[]): Promise<Record<string, number>> {
  const regions = Object.fromEntries(names.map((name) => [name, {}]));
  await using cache = createCache({ name: 'shop', tiers: [memory()], regions });
  const { registry } = createMonitor(cache);
  for (const name of names) await cache.region(name).get('missing');
  return samplesOf(await registry.metrics(), 'cache_misses_total');
}

test('all labels are of the few that there are, and no key is among their values', async () => {
  await using cache = createCache({
    name: 'shop',
    tiers: [memory({ maxEntries: 2 })],
    bus: localBus(),
    regions: { users: {} },
  });
  const monitor = createMonitor(cache, { topKeys: 10 });
  for (let at = 0; at < 200; at++) await cache.getOrSet(`secret:${at}`, () => 'secret');
  await monitor.checkHealth();
  const text = await monitor.registry.metrics();
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
  expect([...labels].sort()).toEqual([
    'cache',
    'cause',
    'component',
    'le',
    'operation',
    'region',
    'result',
    'severity',
    'state',
    'tier',
  ]);
  expect(text).not.toContain('secret');
});

test('the cache is read once for a scrape, however many metrics there are', async () => {
  await using cache = createCache({ name: 'shop', tiers: [memory()] });
  const monitor = createMonitor(cache);
  const stats = vi.spyOn(cache, 'stats');
  await monitor.registry.metrics();
  expect(stats).toHaveBeenCalledTimes(1);
  await monitor.registry.metrics();
  expect(stats).toHaveBeenCalledTimes(2);
});

test('two metrics of one scrape are of the same moment', async () => {
  await using cache = createCache({ name: 'shop', tiers: [memory()] });
  const { registry } = createMonitor(cache);
  await cache.set('a', 1);
  for (let round = 0; round < 20; round++) {
    const scraping = registry.metrics();
    for (let at = 0; at < 50; at++) void cache.get('a');
    const text = await scraping;
    const [hits] = Object.values(samplesOf(text, 'cache_hits_total'));
    const [tierHits] = Object.values(samplesOf(text, 'cache_tier_hits_total'));
    expect(tierHits).toBe(hits);
  }
});

test('the reference names every metric, and no other', () => {
  const page = readFileSync(new URL('../../../../docs/reference/metrics.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(cache_\w+)` \| (\w+) \|/gm)].map(([, name, kind]) => `${name} ${kind}`);
  expect(documented.sort()).toEqual(METRICS.map(({ name, kind }) => `${name} ${kind}`).sort());
});

test('a registry that was cleared exports again with the next monitor, and what is not ours stays in it', async () => {
  const registry = new Registry();
  await using one = createCache({ name: 'one', tiers: [memory()] });
  await using other = createCache({ name: 'other', tiers: [memory()] });
  const monitors = [createMonitor(one, { registry })];
  registry.clear();
  monitors.push(createMonitor(other, { registry }));
  expect(Object.keys(samplesOf(await registry.metrics(), 'cache_hits_total'))).toEqual([
    'cache="one",region=""',
    'cache="other",region=""',
  ]);
  registry.clear();
  const theirs = new Counter({ name: 'cache_hits_total', help: 'Theirs.', registers: [registry] });
  for (const monitor of monitors) await monitor.close();
  expect(registry.getSingleMetric('cache_hits_total')).toBe(theirs);
});
