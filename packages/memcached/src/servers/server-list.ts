import { mismatch } from '@uno-cache/core/adapter';

/** One address, several, or addresses with their weights: `{ 'cache-1:11211': 2, 'cache-2:11211': 1 }`. */
export type MemcachedServers = string | readonly string[] | Readonly<Record<string, number>>;

/** A server as the options name it. */
export interface ServerAddress {
  /** `host:port`, with brackets around an IPv6 address: its name in errors and on the ring. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** How much of the ring is its own, relative to the others. */
  readonly weight: number;
}

export const DEFAULT_PORT = 11_211;
const MAX_PORT = 65_535;
const FORM = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/;
const ALLOWED = 'host or host:port, "cache-1:11211" or "[::1]:11211"';

/**
 * @returns the servers, at least one, no two alike.
 * @throws TypeError
 */
export function serverList(servers: unknown): ServerAddress[] {
  const list = weighted(servers).map(([address, weight]) => parsed(address, weight));
  if (list.length === 0) throw new TypeError(mismatch('servers', 'at least one address', servers));
  const names = new Set<string>();
  for (const { name } of list) {
    if (names.has(name)) throw new TypeError(mismatch('servers', 'addresses that differ', name));
    names.add(name);
  }
  return list;
}

function weighted(servers: unknown): [unknown, unknown][] {
  if (typeof servers === 'string') return [[servers, 1]];
  if (Array.isArray(servers)) return servers.map((address: unknown) => [address, 1]);
  if (Object.prototype.toString.call(servers) === '[object Object]') return Object.entries(servers as object);
  throw new TypeError(mismatch('servers', 'an address, a list of them, or addresses with weights', servers));
}

function parsed(address: unknown, weight: unknown): ServerAddress {
  const match = typeof address === 'string' ? FORM.exec(address) : null;
  const [, v6, plain, digits] = match ?? [];
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  const host = v6 ?? plain?.toLowerCase();
  if (host === undefined || port < 1 || port > MAX_PORT) throw new TypeError(mismatch('servers', ALLOWED, address));
  if (typeof weight !== 'number' || !(weight > 0) || weight === Infinity) {
    throw new TypeError(mismatch(`servers[${JSON.stringify(address)}]`, 'a weight greater than 0', weight));
  }
  return { name: v6 === undefined ? `${host}:${port}` : `[${host}]:${port}`, host, port, weight };
}
