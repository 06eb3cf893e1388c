import { isIPv4 } from 'node:net';

/** Whether a host name or address, an IPv6 one with or without brackets, can only be this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name === '[::1]') return true;
  return isIPv4(name) && name.startsWith('127.');
}
