import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { CacheError } from '@uno-cache/core';
import type { MonitorInternals } from '../monitor.ts';
import { Access } from './access.ts';
import type { MonitorServer } from './monitor-server.ts';
import { HttpMonitorServer } from './monitor-server.ts';
import type { ServeOptions } from './serve-options.ts';
import { checkServeOptions } from './serve-options.ts';

const MAX_CONNECTIONS = 256;
/** For a request to come in completely, and for an idle connection, in milliseconds. */
const PATIENCE_MS = 5000;
/** How often those whose time is over are looked for. Node's own half minute would make half a minute of every patience. */
const LOOK_FOR_LATE_MS = 1000;

/**
 * Serves `/metrics`, `/health`, `/ready`, `/stats` and a dashboard. It ends with the monitor; by itself it keeps no
 * process alive.
 *
 * @throws TypeError naming the option, what came and what is allowed.
 * @throws CacheError `LISTEN_FAILED` when the port is taken or may not be used.
 */
export async function serve(monitor: MonitorInternals, options: ServeOptions = {}): Promise<MonitorServer> {
  const { port, host, token } = checkServeOptions('serve()', options);
  const server = createServer({
    maxHeaderSize: 16_384,
    requestTimeout: PATIENCE_MS,
    headersTimeout: PATIENCE_MS,
    keepAliveTimeout: PATIENCE_MS,
    connectionsCheckingInterval: LOOK_FOR_LATE_MS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket) => socket.unref());
  await listen(server, port, host);
  server.unref();
  const { port: actual } = server.address() as AddressInfo;
  const served = new HttpMonitorServer(
    monitor,
    server,
    new Access(host, actual, token),
    addressOf(host, actual),
    actual,
  );
  server.once(
    'close',
    monitor.onClose(() => served.close()),
  );
  return served;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? `port ${port} of ${host} is taken` : error.message;
      reject(new CacheError('LISTEN_FAILED', `serve(): ${why}`, { cause: error }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** A wildcard is no address to open: this machine is. */
function addressOf(host: string, port: number): string {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const name = isWildcard ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}
