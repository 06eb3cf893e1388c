import { checkInteger, checkName, checkOptions, mismatch } from '@uno-cache/core/adapter';
import { isLoopback } from './loopback.ts';

const DEFAULT_PORT = 9090;
const DEFAULT_HOST = '127.0.0.1';
/** Printable ASCII without spaces, as it travels in a header; long enough that nobody guesses it. */
const TOKEN = /^[!-~]{16,256}$/;

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

/** Options of a server with their defaults. */
export interface CheckedServeOptions {
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
}

export const SERVE_OPTION_NAMES: readonly (keyof ServeOptions)[] = Object.freeze(['port', 'host', 'token']);

/** @throws TypeError naming the option, what came and what is allowed. */
export function checkServeOptions(owner: string, options: ServeOptions): CheckedServeOptions {
  checkOptions(owner, options, SERVE_OPTION_NAMES);
  const { port = DEFAULT_PORT, host = DEFAULT_HOST, token } = options;
  checkInteger(port, 'port', { min: 0, max: 65_535 });
  checkName(host, 'host');
  checkToken(token, host);
  return Object.freeze({ port, host, token });
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
