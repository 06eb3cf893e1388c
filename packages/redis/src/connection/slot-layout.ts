import { CacheError } from '@uno-cache/core';
import type { Redis } from 'ioredis';
import { ReplyError } from 'ioredis';
import type { Connection } from './connection.ts';

/** How often is looked for a master that others know of, and how long it takes at most that a client has heard of it. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;

/** Which master has which slots. */
export interface SlotLayout {
  /** All that have slots. */
  readonly masters: readonly Redis[];
  /** Equal while no slot has got another master, and none has begun to move or stopped. */
  readonly text: string;
  /** Whether keys of some slot are on their way from one master to another. */
  readonly isMoving: boolean;
}

/** What one master says. */
interface Account {
  /** `id epoch slots` of itself; a slot that moves stands in brackets. */
  readonly own: string;
  /** Whom it knows to have slots, itself too, by id. */
  readonly owners: readonly string[];
}

/**
 * Each master is asked for its own slots, for it alone knows what it is giving away; and whom it has given slots to, for a
 * client hears late of a master that is new.
 *
 * @throws CacheError `TIER_FAILED` when a master with slots stays unknown.
 */
export async function readSlotLayout(connection: Connection): Promise<SlotLayout> {
  for (let attempt = 1; ; attempt++) {
    const masters = await connection.masters();
    const accounts = await Promise.all(masters.map((server) => accountOf(connection, server)));
    const own = accounts.map((account) => account.own);
    const known = new Set(own.map(idOf));
    if (accounts.every(({ owners }) => owners.every((id) => known.has(id)))) {
      const text = own.sort().join('\n');
      return { masters, text, isMoving: text.includes('[') };
    }
    if (attempt === ATTEMPTS) throw new CacheError('TIER_FAILED', 'Redis: a master of the cluster was not found.');
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await connection.learnMasters();
  }
}

/** Lines of `id address flags master ping pong epoch link slots`. Nothing where the server refuses to tell. */
async function accountOf(connection: Connection, server: Redis): Promise<Account> {
  const nodes = await connection.inTime(server.call('CLUSTER', 'NODES')).catch((error: unknown) => {
    if (CacheError.is(error) && error.cause instanceof ReplyError) return '';
    throw error;
  });
  const lines = String(nodes)
    .split('\n')
    .map((line) => line.split(' '));
  const owners = lines.filter(([, , flags, , , , , , ...slots]) => /master/.test(flags ?? '') && slots.some(isOwned));
  const [id, , , , , , epoch, , ...slots] = lines.find(([, , flags]) => flags?.includes('myself')) ?? [];
  return { own: id === undefined ? '' : [id, epoch, ...slots].join(' '), owners: owners.map(([owner]) => owner!) };
}

function idOf(own: string): string {
  return own.split(' ', 1)[0]!;
}

/** Not one that moves, which is listed among its master's others as well, or with who does not have it yet. */
function isOwned(slot: string): boolean {
  return !slot.startsWith('[');
}
