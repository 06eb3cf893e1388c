import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './start-cluster.ts';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

export interface SentinelSetup {
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** The first of them is the master at first. */
  readonly servers: readonly Server[];
  /** The server that the Sentinels take for the master. */
  master(): Promise<Server>;
  /** Has the Sentinels make a replica the master, and waits until it is. */
  failover(): Promise<void>;
  stop(): Promise<void>;
}

const NAME = 'uno';

/** One master, two replicas, three Sentinels. */
export async function startSentinels(): Promise<SentinelSetup> {
  const master = await startServer();
  const following = ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'];
  const replicas = await Promise.all([1, 2].map(() => startServer({ args: following })));
  const servers = [master, ...replicas];
  for (const { admin } of replicas) {
    await eventually(async () => /master_link_status:up/.test(await admin.info('replication')));
  }
  const watchers = await Promise.all([1, 2, 3].map(() => startServer({ sentinel: sentinelConfig(master.port) })));
  const [first] = watchers;
  await eventually(async () => {
    const known = (await first!.admin.call('sentinel', 'sentinels', NAME)) as unknown[];
    const following = (await first!.admin.call('sentinel', 'replicas', NAME)) as unknown[];
    return known.length === 2 && following.length === 2;
  });
  const current = async (): Promise<Server> => {
    const [, port] = (await first!.admin.call('sentinel', 'get-master-addr-by-name', NAME)) as string[];
    return servers.find((server) => server.port === Number(port))!;
  };
  return {
    name: NAME,
    sentinels: watchers.map(({ port }) => ({ host: '127.0.0.1', port })),
    servers,
    master: current,
    failover: async () => {
      const before = await current();
      await eventually(async () => (await first!.admin.call('sentinel', 'failover', NAME)) === 'OK');
      await eventually(async () => {
        const after = await current();
        return after !== before && /role:master/.test(await after.admin.info('replication'));
      });
    },
    stop: async () => {
      await Promise.all([...watchers, ...servers].map((server) => server.stop()));
    },
  };
}

/** Writes the file that a Sentinel reads, and writes to. */
function sentinelConfig(masterPort: number): (directory: string) => string {
  return (directory) => {
    const path = join(directory, 'sentinel.conf');
    const lines = [
      `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} 2`,
      `sentinel down-after-milliseconds ${NAME} 500`,
      `sentinel failover-timeout ${NAME} 2000`,
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
}
