import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { CacheError } from '@uno-cache/core';
import { checkInteger, checkName, checkOptions, mismatch } from '@uno-cache/core/adapter';
import type { MonitorInternals } from '../monitor.ts';
import { Access } from './access.ts';
import { isLoopback } from './loopback.ts';
import type { MonitorServer } from './monitor-server.ts';
import { HttpMonitorServer } from './monitor-server.ts';

const DEFAULT_PORT = 9090;
const DEFAULT_HOST = '127.0.0.1';
/** Printable ASCII without spaces, as it travels in a header; long enough that nobody guesses it. */
const TOKEN = /^[!-~]{16,256}$/;
const MAX_CONNECTIONS = 256;
/** For a request to come in completely, and for an idle connection, in milliseconds. */
const PATIENCE_MS = 5000;

export interface ServeOptions {
  /** `0` takes a free one. @defaultValue 9090 */
  readonly port?: number;
  /** The name or address to listen on. Any but a loopback one needs a `token`. @defaultValue '127.0.0.1' */
  readonly host?: string;
  /**
   * What requests have to bring: as `Authorization: Bearer <token>`, or in a browser once as `?token=<token>`. 16 to 256
   * printable ASCII characters without spaces. There is no encryption: put a proxy with TLS in front.
   */
  readonly token?: string;
}

/**
 * Serves `/metrics`, `/health`, `/ready`, `/stats` and a dashboard. It ends with the monitor; by itself it keeps no
 * process alive.
 *
 * @throws TypeError naming the option, what came and what is allowed.
 * @throws CacheError `LISTEN_FAILED` when the port is taken or may not be used.
 */
export async function serve(monitor: MonitorInternals, options: ServeOptions = {}): Promise<MonitorServer> {
  checkOptions('serve()', options, ['port', 'host', 'token']);
  const { port = DEFAULT_PORT, host = DEFAULT_HOST, token } = options;
  checkInteger(port, 'port', { min: 0, max: 65_535 });
  checkName(host, 'host');
  checkToken(token, host);
  const server = createServer({
    maxHeaderSize: 16_384,
    requestTimeout: PATIENCE_MS,
    headersTimeout: PATIENCE_MS,
    keepAliveTimeout: PATIENCE_MS,
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
  monitor.onClose(() => served.close());
  return served;
}

function checkToken(token: unknown, host: string): void {
  if (token === undefined && isLoopback(host)) return;
  if (typeof token === 'string' && TOKEN.test(token)) return;
  const allowed = '16 to 256 printable ASCII characters without spaces';
  // What came might be nearly right, and messages end up in logs.
  const got = typeof token === 'string' ? `${token.length} characters` : token;
  const where = isLoopback(host) ? '' : `, because ${JSON.stringify(host)} can be reached from elsewhere`;
  throw new TypeError(mismatch('token', allowed + where, got));
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
