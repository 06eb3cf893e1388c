import type { Redis } from 'ioredis';
import type { Connection } from './connection.ts';

/** Which master has which slots. */
export interface SlotLayout {
  /** Equal while no slot has got another master, and none has begun to move or stopped. */
  readonly text: string;
  /** Whether keys of some slot are on their way from one master to another. */
  readonly isMoving: boolean;
}

/** Each master is asked for its own slots, for it alone knows what it is giving away. */
export async function readSlotLayout(connection: Connection): Promise<SlotLayout> {
  const own = await Promise.all((await connection.masters()).map((server) => ownSlots(connection, server)));
  const text = own.sort().join('\n');
  return { text, isMoving: text.includes('[') };
}

/** `id epoch slots`; a slot that moves stands in brackets. Nothing where the server does not tell. */
async function ownSlots(connection: Connection, server: Redis): Promise<string> {
  const nodes = await connection.inTime(server.call('CLUSTER', 'NODES')).catch(() => '');
  const line = String(nodes)
    .split('\n')
    .find((each) => each.includes('myself'));
  if (line === undefined) return '';
  const [id, , , , , , epoch, , ...slots] = line.split(' ');
  return [id, epoch, ...slots].join(' ');
}
