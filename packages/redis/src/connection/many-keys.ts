import type { Connection } from './connection.ts';
import { bySlot } from './key-slot.ts';
import { orOneByOne } from './try-again.ts';

/**
 * Asks for many keys by as many commands as that takes, all sent at once: in a cluster each names keys of one slot only.
 *
 * @param most - keys of one command: a longer one would keep the server from answering others.
 * @param ask - gives an answer for each of some keys, in their order.
 * @returns the answers in the order of all keys.
 */
export async function askForMany<T>(
  connection: Pick<Connection, 'isCluster' | 'now' | 'ready'>,
  keys: readonly string[],
  most: number,
  ask: (keys: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const { isCluster } = connection;
  if (keys.length === 0) return [];
  if (!isCluster && keys.length <= most) return ask(keys);
  // One of us waits, and not as many as there are commands.
  if (connection.now === undefined) await connection.ready();
  const answers: T[] = new Array(keys.length);
  const groups = isCluster ? bySlot(keys) : [keys.map((_, position) => position)];
  const asked = groups
    .flatMap((group) => inParts(group, most))
    .map(async (positions) => {
      const wanted = positions.map((position) => keys[position]!);
      const found = await orOneByOne(wanted, ask);
      positions.forEach((position, index) => {
        answers[position] = found[index]!;
      });
    });
  await Promise.all(asked);
  return answers;
}

/** In order; none of nothing. */
export function inParts<T>(items: readonly T[], most: number): (readonly T[])[] {
  if (items.length > 0 && items.length <= most) return [items];
  const parts: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += most) parts.push(items.slice(start, start + most));
  return parts;
}
