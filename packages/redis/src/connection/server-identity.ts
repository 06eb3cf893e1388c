import type { Cluster, Redis } from 'ioredis';
import { ReplyError } from 'ioredis';
import type { Client } from './client-source.ts';

/** A server that does not tell who it is may be another after each reconnection. */
const UNTOLD = '';

/**
 * Notices that other servers answer than before: a replica has become the master, or a server has started anew.
 *
 * @param onChange - called with each change, not at first.
 * @returns what ends it.
 */
export function watchIdentity(client: Client, onChange: () => void): () => void {
  return client.isCluster ? watchMasters(client as Cluster, onChange) : watchRun(client as Redis, onChange);
}

function watchRun(client: Redis, onChange: () => void): () => void {
  let known: string | undefined;
  const look = async (): Promise<void> => {
    try {
      const run = (await runOf(client)) ?? UNTOLD;
      if (known !== undefined && (run !== known || run === UNTOLD)) onChange();
      known = run;
    } catch {
      // Who could not be asked is asked when it is ready again.
    }
  };
  const onReady = (): void => void look();
  if (client.status === 'ready') onReady();
  client.on('ready', onReady);
  return () => void client.off('ready', onReady);
}

/** `undefined` when the server does not tell, because the user may not ask, or a proxy knows no INFO. */
async function runOf(client: Redis): Promise<string | undefined> {
  try {
    return /^run_id:(\w+)/m.exec(await client.info('server'))?.[1];
  } catch (error) {
    if (error instanceof ReplyError) return undefined;
    throw error;
  }
}

function watchMasters(client: Cluster, onChange: () => void): () => void {
  let known: ReadonlySet<string> | undefined;
  const look = (): void => {
    if (client.status !== 'ready') return;
    const masters = new Set(client.nodes('master').map(({ options }) => `${options.host}:${options.port}`));
    if (masters.size === 0) return;
    if (known !== undefined && [...masters].some((master) => !known?.has(master))) onChange();
    known = masters;
  };
  const events = ['ready', 'refresh', '+node'] as const;
  for (const event of events) client.on(event, look);
  return () => {
    for (const event of events) client.off(event, look);
  };
}
