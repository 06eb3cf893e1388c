import { isIPv4 } from 'node:net';

/** As `@uno-cache/monitoring`, which is an optional package, judges it: whether a host can only be this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name === '[::1]') return true;
  return isIPv4(name) && name.startsWith('127.');
}
