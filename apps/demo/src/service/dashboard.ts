import { CacheError } from '@uno-cache/core';
import { createMonitor } from '@uno-cache/monitoring';
import type { CityCache } from './city-cache.ts';
import { PortBusyError } from './listen.ts';

const PRESET_PORT = 9090;

/**
 * Looks on while the cache works and shows it on a page, for this machine alone: on `port`, or on 9090, or if that is
 * taken on any that is free. It ends with the cache.
 *
 * @returns the page's address.
 */
export async function serveDashboard(cache: CityCache, port?: number): Promise<string> {
  const monitor = createMonitor(cache, { topKeys: 20 });
  try {
    const { url } = await monitor.serve({ port: port ?? PRESET_PORT });
    return url;
  } catch (error) {
    if (!CacheError.is(error, 'LISTEN_FAILED')) throw error;
    if (port !== undefined) throw new PortBusyError(port, '--port-dashboard');
    const { url } = await monitor.serve({ port: 0 });
    return url;
  }
}
