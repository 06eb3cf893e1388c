import { emitWarning } from 'node:process';
import type { CacheExtension } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkOptions } from '@uno-cache/core/adapter';
import type { CacheMonitor } from './cache-monitor.ts';
import { attachMonitor } from './create-monitor.ts';
import type { MonitorOptions } from './options/monitor-options.ts';
import { checkMonitorOptions, MONITOR_OPTION_NAMES } from './options/monitor-options.ts';
import type { ServeOptions } from './server/serve-options.ts';
import { checkServeOptions, SERVE_OPTION_NAMES } from './server/serve-options.ts';

/** Options of a monitor and, with a `port`, of its server. */
export interface MonitoringOptions extends MonitorOptions, ServeOptions {}

/**
 * A monitor as part of a cache's options; `monitorOf(cache)` finds it. With a `port` it serves metrics and the dashboard;
 * when it cannot listen there, the monitor tells an `error`, or the process a warning if nobody listens.
 *
 * @throws TypeError for wrong options, and for a `host` or `token` without a `port`.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { memory } from '@uno-cache/memory';
 * import { monitoring, monitorOf } from '@uno-cache/monitoring';
 *
 * await using cache = createCache({ tiers: [memory()], extensions: [monitoring({ port: 0 })] });
 * console.log(monitorOf(cache)?.getStats().hits);
 * ```
 */
export function monitoring(options: MonitoringOptions = {}): CacheExtension {
  checkOptions('monitoring()', options, [...MONITOR_OPTION_NAMES, ...SERVE_OPTION_NAMES]);
  const { port, host, token, ...monitorOptions } = options;
  const checked = checkMonitorOptions('monitoring()', monitorOptions);
  const server = checkServer({
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(token !== undefined && { token }),
  });
  return (cache) => {
    const monitor = attachMonitor(cache, checked);
    if (server !== undefined) void serveWith(monitor, server);
    return monitor;
  };
}

/** Before there is a cache: nobody would hear of a TypeError later. @returns nothing when nothing is to be served. */
function checkServer(given: ServeOptions): ServeOptions | undefined {
  const [first] = Object.keys(given);
  if (first === undefined) return undefined;
  if (given.port === undefined) throw new TypeError(`monitoring(): ${first} says nothing without port`);
  checkServeOptions('monitoring()', given);
  return given;
}

async function serveWith(monitor: CacheMonitor, options: ServeOptions): Promise<void> {
  try {
    await monitor.serve(options);
  } catch (cause) {
    const message = `The monitor of "${monitor.cache}" is not served: ${String(cause)}`;
    const error = CacheError.is(cause) ? cause : new CacheError('LISTEN_FAILED', message, { cause });
    if (!monitor.report(error)) emitWarning(message, { type: 'UnoCacheWarning', code: error.code });
  }
}
