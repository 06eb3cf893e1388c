import { userInfo } from 'node:os';
import { MAX_STALENESS_MS } from '../service/city-cache.ts';
import { isInstalled, LocalServer } from './local-server.ts';
import type { SharedServers } from './shared-servers.ts';
import { checkGiven, NoServerError, ping } from './shared-servers.ts';

const PROGRAM = 'memcached';
const SERVERS = 3;
/** The longest between two looks at a server that was given up: one process may see it return so much before the other. */
const PROBE_MS = 2500;

/**
 * The servers that `MEMCACHED_SERVERS` names, or three that are started.
 *
 * @throws NoServerError
 */
export async function sharedMemcached(list: string | undefined): Promise<SharedServers> {
  if (list) {
    const servers = list.split(/[\s,]+/).filter(Boolean);
    await checkGiven('MEMCACHED_SERVERS', { kind: 'memcached', servers });
    return shared(servers, [], `the memcached servers of MEMCACHED_SERVERS`);
  }
  if (!isInstalled(PROGRAM)) {
    throw new NoServerError(
      `--memcached needs the program ${PROGRAM}, or servers that MEMCACHED_SERVERS names: host:11211,host:11212`,
    );
  }
  const own = await startAll();
  const addresses = own.map(({ address }) => address);
  return shared(
    addresses,
    own,
    `${SERVERS} memcacheds of their own, on ports ${own.map(({ port }) => port).join(', ')}`,
  );
}

/** All of them or none. */
async function startAll(): Promise<readonly LocalServer[]> {
  await using started = new AsyncDisposableStack();
  const servers: LocalServer[] = [];
  for (let count = 0; count < SERVERS; count++) {
    servers.push(started.use(await LocalServer.start({ program: PROGRAM, parameters, ping: pingPort })));
  }
  started.move();
  return servers;
}

function parameters(port: number): readonly string[] {
  const user = userInfo().uid === 0 ? ['-u', 'root'] : [];
  return ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-t', '1', ...user];
}

function pingPort(port: number): Promise<void> {
  return ping({ kind: 'memcached', servers: [`127.0.0.1:${port}`] });
}

function shared(servers: readonly string[], own: readonly LocalServer[], what: string): SharedServers {
  return {
    name: 'memcached',
    backing: { kind: 'memcached', servers },
    description: [
      `Two processes of the service share ${what}. memcached brings`,
      `no bus, so copies in memory are checked by version once they are ${MAX_STALENESS_MS} ms old: for so long after an edit was`,
      'answered the other process may show what was before.',
    ],
    inOutages: [
      `When a server comes back, one process may see it ${PROBE_MS} ms before the other: for so long they keep its keys apart.`,
    ],
    allowed: { calm: MAX_STALENESS_MS, outage: MAX_STALENESS_MS + PROBE_MS },
    own,
    async [Symbol.asyncDispose]() {
      for (const server of own) await server.kill();
    },
  };
}
