import { execFile } from 'node:child_process';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { expect, test } from 'vitest';
import type { Monitor, OtelMeter } from '../../src/index.ts';
import { createMonitor, otel } from '../../src/index.ts';
import { fakeMonitor } from '../server/fake-monitor.ts';

const noMeter: OtelMeter = {
  createObservableCounter: () => ({}),
  createObservableGauge: () => ({}),
  addBatchObservableCallback: () => {},
  removeBatchObservableCallback: () => {},
};

type Collected = Record<string, readonly (readonly [attributes: object, value: number])[]>;

/** In a process of its own: the conditions under which tests are run lead to files of the SDK that Node cannot load. */
async function collected(): Promise<Record<'both' | 'one' | 'none', Collected>> {
  const args = ['--conditions=@uno-cache/source', `${import.meta.dirname}/collect.ts`];
  const { stdout } = await promisify(execFile)(execPath, args);
  return JSON.parse(stdout) as Record<'both' | 'one' | 'none', Collected>;
}

test('a meter of the SDK collects the metrics of monitors', { timeout: 30_000 }, async () => {
  const { both, one, none } = await collected();
  expect(both['cache.hits']).toEqual([
    [{ cache: 'shop', region: '' }, 3],
    [{ cache: 'blog', region: '' }, 0],
  ]);
  expect(both['cache.hit.rate']).toContainEqual([{ cache: 'shop', tier: 'memory' }, 1]);
  expect(both['cache.size']).toContainEqual([{ cache: 'shop', region: '', tier: 'memory' }, 1]);
  expect(both['cache.bus.gaps']).toContainEqual([{ cache: 'shop', component: 'bus' }, 0]);
  const counts = both['cache.operation.latency.milliseconds.count'];
  expect(counts).toContainEqual([{ cache: 'shop', tier: 'memory', operation: 'get' }, 3]);
  expect(Object.keys(both).filter((name) => name.includes('bucket'))).toEqual([]);
  // The SDK goes on telling the last value of what is no longer observed.
  const shopHits = (of: Collected): unknown => of['cache.hits']?.[0]?.[1];
  const blogMisses = (of: Collected): unknown => of['cache.misses']?.[1]?.[1];
  expect([both, one, none].map(shopHits)).toEqual([3, 4, 4]);
  expect([both, one, none].map(blogMisses)).toEqual([1, 1, 1]);
});

test('a monitor holds no bridge that has let it go', () => {
  const monitor = Object.assign(fakeMonitor(), { snapshot: () => Promise.reject(new Error('nobody asks')) });
  otel(noMeter).add(monitor)();
  const bridge = otel(noMeter);
  bridge.add(monitor);
  bridge.close();
  expect(monitor.closers.size).toBe(0);
});

test('what is no meter and no monitor is refused', async () => {
  expect(() => otel({} as OtelMeter)).toThrow(TypeError);
  expect(() => otel(undefined as never)).toThrow(/meter/);
  expect(() => otel(noMeter).add({} as Monitor)).toThrow(/createMonitor/);
  await using cache = createCache({ tiers: [memory()] });
  expect(() => otel(noMeter).add(createMonitor(cache))).not.toThrow();
});
