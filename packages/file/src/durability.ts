import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Connection } from './sqlite/connection.ts';

/**
 * What confirmed writes survive. Wrong bytes are served after none of it.
 *
 * - `process`: the end of the process, however sudden. After the machine was started anew the directory is emptied.
 *   Nothing is ever flushed to the disk, so nothing waits for it.
 * - `reboot`: that and a shutdown of the machine. A loss of power or a crash of the system may cost the last seconds.
 * - `power`: that and a loss of power. Every write waits for the disk.
 */
export type Durability = 'process' | 'reboot' | 'power';

export const DURABILITIES: readonly Durability[] = Object.freeze(['process', 'reboot', 'power']);

const SYNCHRONOUS: Readonly<Record<Durability, string>> = { process: 'OFF', reboot: 'NORMAL', power: 'FULL' };

/** How far apart two guesses of when the machine was started may be, in milliseconds. */
const GUESS_MS = 30_000;

/**
 * Sets how the connection writes. Who never flushes leaves a mark that tells which start of the machine the file
 * belongs to, and the mark itself is flushed before anything else is written.
 */
export function applyDurability(connection: Connection, durability: Durability): void {
  connection.exec(`PRAGMA synchronous=${durability === 'process' ? 'FULL' : SYNCHRONOUS[durability]}`);
  if (durability !== 'process') return;
  if (markOf(connection) === undefined) connection.run("UPDATE ledger SET boot = ? WHERE name = ''", currentBoot());
  connection.exec('PRAGMA synchronous=OFF');
}

/** Whether the file was written without being flushed before the machine was started anew: anything may be in it. */
export function isFromEarlierBoot(connection: Connection): boolean {
  const mark = markOf(connection);
  return mark !== undefined && !isSameBoot(mark, currentBoot());
}

function markOf(connection: Connection): string | undefined {
  return connection.get<{ boot: string | null }>("SELECT boot FROM ledger WHERE name = ''")?.boot ?? undefined;
}

function currentBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return `at ${Math.round(Date.now() - uptime() * 1000)}`;
  }
}

function isSameBoot(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((boot) => (boot.startsWith('at ') ? Number(boot.slice(3)) : Number.NaN));
  return Math.abs(a! - b!) < GUESS_MS;
}
