import type { Cache } from '@uno-cache/core';
import { CacheMonitor } from './cache-monitor.ts';
import type { Monitor } from './monitor.ts';
import type { CheckedOptions, MonitorOptions } from './options/monitor-options.ts';
import { checkMonitorOptions } from './options/monitor-options.ts';

const monitors = new WeakMap<Cache, Monitor>();

/**
 * Looks on while a cache works: statistics, analysis, health, alerts, metrics. It ends with the cache.
 *
 * @param cache - as a whole, also when one of its regions is given; regions are told of by themselves.
 * @throws TypeError for wrong options; CacheError `CLOSED` for a cache that is closed.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memory } from '@uno-cache/memory';
 * import { createMonitor } from '@uno-cache/monitoring';
 *
 * await using cache = createCache({ name: 'shop', tiers: [memory({ maxEntries: 10_000 })] });
 * const monitor = createMonitor(cache);
 * await cache.getOrSet('product:42', () => ({ name: 'Lamp' }));
 * await cache.get('product:42');
 * console.log(monitor.getStats().hitRate.overall); // 0.5
 * ```
 */
export function createMonitor(cache: Cache, options: MonitorOptions = {}): Monitor {
  return attachMonitor(cache, checkMonitorOptions('createMonitor()', options));
}

/** As `createMonitor`, with options that have been checked. */
export function attachMonitor(cache: Cache, options: CheckedOptions): CacheMonitor {
  const monitor = new CacheMonitor(cache, options);
  monitors.set(monitor.root, monitor);
  monitors.set(cache, monitor);
  return monitor;
}

/** The monitor that was created last for a cache, or with a region of it; closed or not; `undefined` when there was none. */
export function monitorOf(cache: Cache): Monitor | undefined {
  return monitors.get(cache);
}
