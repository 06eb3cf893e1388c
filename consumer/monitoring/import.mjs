import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { createMonitor, monitoring, monitorOf } from '@uno-cache/monitoring';

const cache = createCache({
  name: 'shop',
  tiers: [memory({ maxEntries: 100 })],
  extensions: [monitoring({ topKeys: 5 })],
});
const monitor = monitorOf(cache);
assert.ok(monitor);
await cache.getOrSet('a', () => 1);
await cache.get('a');
assert.equal(monitor.getStats().hitRate.overall, 0.5);
assert.equal(monitor.getStats().size.memory, 1);
assert.equal(monitor.analyzePerformance({ window: '1m' }).hitRates.memory, 0.5);
assert.equal((await monitor.checkHealth()).overall, true);
assert.match(await monitor.registry.metrics(), /cache_hits_total\{cache="shop",region=""\} 1/);

const server = await createMonitor(cache).serve({ port: 0 });
for (const path of ['/', '/page.js', '/uplot.js', '/metrics', '/health', '/ready', '/stats']) {
  assert.equal((await fetch(new URL(path, server.url))).status, 200, path);
}
await cache.close();
