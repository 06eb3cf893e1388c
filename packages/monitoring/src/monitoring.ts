import { emitWarning } from 'node:process';
import type { CacheExtension } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { checkOptions } from '@uno-cache/core/adapter';
import type { CacheMonitor } from './cache-monitor.ts';
import { attachMonitor } from './create-monitor.ts';
import type { MonitorOptions } from './options/monitor-options.ts';
import { checkMonitorOptions, MONITOR_OPTION_NAMES } from './options/monitor-options.ts';
import type { ServeOptions } from './server/serve.ts';

/** Options of a monitor and, with a `port`, of its server. */
export interface MonitoringOptions extends MonitorOptions, ServeOptions {}

const SERVE_OPTION_NAMES: readonly (keyof ServeOptions)[] = Object.freeze(['port', 'host', 'token']);

/**
 * A monitor as part of a cache's options; `monitorOf(cache)` finds it. With a `port` it serves metrics and the dashboard;
 * when it cannot, the monitor tells an `error`, or the process a warning if nobody listens.
 *
 * @throws TypeError for wrong options.
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
  return (cache) => {
    const monitor = attachMonitor(cache, checked);
    if (port !== undefined) {
      void serveWith(monitor, { port, ...(host !== undefined && { host }), ...(token !== undefined && { token }) });
    }
    return monitor;
  };
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
