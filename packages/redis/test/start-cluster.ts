import { Cluster } from 'ioredis';
import type { Server } from './start-server.ts';
import { startServer } from './start-server.ts';

const SLOTS = 16_384;
const FORMS_WITHIN_MS = 15_000;

export interface TestCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly masters: readonly Server[];
  readonly replicas: readonly Server[];
  /** Starts one more master, without slots, that all the others know. */
  join(): Promise<Server>;
  /** Closed with the cluster. */
  readonly admin: Cluster;
  stop(): Promise<void>;
}

const ARGS = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0'];

/** Three masters, each with a replica. */
export async function startCluster(): Promise<TestCluster> {
  const servers = await Promise.all(Array.from({ length: 6 }, () => startServer({ args: ARGS })));
  const [masters, replicas] = [servers.slice(0, 3), servers.slice(3)];
  const share = Math.ceil(SLOTS / masters.length);
  for (const [index, { admin }] of masters.entries()) {
    const last = Math.min(SLOTS, (index + 1) * share) - 1;
    await admin.call('cluster', 'addslotsrange', index * share, last);
  }
  for (const { port } of servers.slice(1)) await servers[0]!.admin.call('cluster', 'meet', '127.0.0.1', port);
  const ids = await Promise.all(masters.map(({ admin }) => admin.call('cluster', 'myid') as Promise<string>));
  for (const [index, { admin }] of replicas.entries()) {
    await eventually(async () => (await admin.call('cluster', 'replicate', ids[index]!)) === 'OK');
  }
  for (const { admin } of servers) {
    await eventually(async () => /cluster_state:ok/.test(String(await admin.call('cluster', 'info'))));
  }
  for (const { admin } of replicas) {
    await eventually(async () => /master_link_status:up/.test(await admin.info('replication')));
  }
  const nodes = masters.map(({ port }) => ({ host: '127.0.0.1', port }));
  const admin = new Cluster(nodes);
  admin.on('error', () => {});
  return {
    nodes,
    masters,
    replicas,
    admin,
    join: async () => {
      const joined = await startServer({ args: ARGS });
      const known = new RegExp(`cluster_known_nodes:${servers.push(joined)}\\b`);
      await masters[0]!.admin.call('cluster', 'meet', '127.0.0.1', joined.port);
      for (const { admin } of servers) {
        await eventually(async () => {
          const info = String(await admin.call('cluster', 'info'));
          return known.test(info) && /cluster_state:ok/.test(info);
        });
      }
      return joined;
    },
    stop: async () => {
      admin.disconnect();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** Waits until something is so; what it throws counts as no. */
export async function eventually(isSo: () => Promise<boolean>, withinMs: number = FORMS_WITHIN_MS): Promise<void> {
  let last: unknown;
  for (const until = Date.now() + withinMs; Date.now() < until; ) {
    try {
      if (await isSo()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it did not come to be so within ${withinMs} ms`, { cause: last });
}
