import { MAX_STALENESS_MS } from '../service/city-cache.ts';
import { isInstalled, LocalServer } from './local-server.ts';
import type { SharedServers } from './shared-servers.ts';
import { checkGiven, NoServerError, ping } from './shared-servers.ts';

const PROGRAM = 'redis-server';
/** By then a process has seen that its server is back: its bus looks every second. Before that it cannot tell the other. */
const RETURN_MS = 2000;

/**
 * The server that `REDIS_URL` names, or one that is started.
 *
 * @throws NoServerError
 */
export async function sharedRedis(url: string | undefined): Promise<SharedServers> {
  if (url) {
    await checkGiven('REDIS_URL', { kind: 'redis', url });
    return shared(url, [], `the Redis of REDIS_URL`);
  }
  if (!isInstalled(PROGRAM)) {
    throw new NoServerError(
      `--redis needs the program ${PROGRAM}, or a server that REDIS_URL names: redis://host:6379`,
    );
  }
  const server = await LocalServer.start({
    program: PROGRAM,
    parameters: (port) => ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    ping: (port) => ping({ kind: 'redis', url: urlOf(port) }),
  });
  return shared(urlOf(server.port), [server], `a ${PROGRAM} of their own, on port ${server.port}`);
}

function shared(url: string, own: readonly LocalServer[], what: string): SharedServers {
  return {
    name: 'redis',
    backing: { kind: 'redis', url },
    description: [
      `Two processes of the service share ${what}. Its bus tells each of the`,
      `other's edits at once: ${MAX_STALENESS_MS} ms after an edit was answered neither may show what was before, bus or no bus.`,
    ],
    inOutages: [
      `When Redis comes back, a process may take ${RETURN_MS} ms to see it; until then its edits reach its own memory alone.`,
    ],
    allowed: { calm: MAX_STALENESS_MS, outage: MAX_STALENESS_MS + RETURN_MS },
    own,
    async [Symbol.asyncDispose]() {
      for (const server of own) await server.kill();
    },
  };
}

function urlOf(port: number): string {
  return `redis://127.0.0.1:${port}`;
}
