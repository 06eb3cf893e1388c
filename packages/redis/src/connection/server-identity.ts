import type { Cluster, Redis } from 'ioredis';
import type { Client } from './client-source.ts';

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
    // A server that does not tell is taken for the same.
    const run = /^run_id:(\w+)/m.exec(await client.info('server').catch(() => ''))?.[1];
    if (run !== undefined && known !== undefined && run !== known) onChange();
    known = run ?? known;
  };
  const onReady = (): void => void look();
  if (client.status === 'ready') onReady();
  client.on('ready', onReady);
  return () => void client.off('ready', onReady);
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
