/** A program of its own: what a meter of the real SDK collects from the monitors of two caches, as JSON. */
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { createCache } from '@uno-cache/core';
import { localBus } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { createMonitor, otel } from '../../src/index.ts';

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
const provider = new MeterProvider({ readers: [reader] });

type Points = readonly (readonly [attributes: unknown, value: unknown])[];

async function collect(): Promise<Record<string, Points>> {
  exporter.reset();
  await reader.forceFlush();
  const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const metrics = scopes.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }): [string, Points] => [
      descriptor.name,
      dataPoints.map(({ attributes, value }) => [attributes, value] as const),
    ]),
  );
}

const bridge = otel(provider.getMeter('uno-cache'));
const shop = createCache({ name: 'shop', tiers: [memory()], bus: localBus() });
const blog = createCache({ name: 'blog', tiers: [memory()] });
bridge.add(createMonitor(shop));
const remove = bridge.add(createMonitor(blog));
await shop.set('a', 1);
for (let at = 0; at < 3; at++) await shop.get('a');
await blog.get('missing');
const both = await collect();
remove();
await Promise.all([shop.get('a'), blog.get('missing')]);
const one = await collect();
bridge.close();
await Promise.all([shop.get('a'), blog.get('missing')]);
const none = await collect();
console.log(JSON.stringify({ both, one, none }));
await Promise.all([shop.close(), blog.close(), provider.shutdown()]);
