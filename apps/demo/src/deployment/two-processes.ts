import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { DataFolder } from '../cities/data-folder.ts';
import { ServiceProcess } from '../processes/service-process.ts';
import type { SharedServers } from '../servers/shared-servers.ts';
import type { Backing } from '../service/city-cache.ts';
import { createCityCache } from '../service/city-cache.ts';
import type { Counters, Deployment, Outage } from './deployment.ts';
import { sum } from './deployment.ts';

export interface TwoProcessesOptions {
  readonly folder: DataFolder;
  readonly port: number | undefined;
}

/** The service in two processes that share the database and a server. Ends the server, too, if it is the demo's own. */
export async function inTwoProcesses(
  servers: SharedServers,
  { folder, port }: TwoProcessesOptions,
): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  stack.use(servers);
  // Edits of this run would be news to what is kept there.
  await rm(folder.cache, { recursive: true, force: true });
  // Another name in each run: what stands on a server that was named is none of the demo's business.
  const namespace = `cities-${randomUUID()}`;
  if (servers.own.length === 0) stack.defer(() => leaveNothing(servers.backing, namespace));

  const start = (port: number | undefined) =>
    ServiceProcess.start({ database: folder.database, backing: servers.backing, namespace, port });
  const first = stack.use(await start(port));
  const second = stack.use(await start(0));
  const processes = new Processes([first, second]);
  const running = stack.move();
  return {
    urls: [first.url, second.url],
    shared: {
      description: servers.description,
      inOutages: servers.inOutages,
      allowed: servers.allowed,
      outages: [processes.outage(second), ...serverOutage(servers)],
    },
    kept: 0,
    counters: () => processes.counters(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The processes with what they did, those that were killed as well. */
class Processes {
  readonly #all: readonly ServiceProcess[];
  #ended: Counters = sum([]);

  constructor(all: readonly ServiceProcess[]) {
    this.#all = all;
  }

  async counters(): Promise<Counters> {
    const living = this.#all.filter(({ isKilled }) => !isKilled);
    return sum([this.#ended, ...(await Promise.all(living.map(countersOf)))]);
  }

  outage(process: ServiceProcess): Outage {
    return {
      title: 'one process killed',
      begin: async () => {
        // A process counts from 0 again when it comes back.
        this.#ended = sum([this.#ended, await countersOf(process)]);
        await process.kill();
      },
      end: () => process.restart(),
    };
  }
}

async function countersOf({ url }: ServiceProcess): Promise<Counters> {
  try {
    const answer = await fetch(`${url}/cache`);
    return (await answer.json()) as Counters;
  } catch (error) {
    throw new Error(`The process of the service at ${url} does not answer.`, { cause: error });
  }
}

/** Of several servers the first: the others take over its keys. */
function serverOutage({ name, own }: SharedServers): readonly Outage[] {
  const [first] = own;
  if (!first) return [];
  const title = own.length > 1 ? `1 ${name} of ${own.length} killed` : `${name} killed`;
  return [{ title, begin: () => first.kill(), end: () => first.restart() }];
}

async function leaveNothing(backing: Backing, namespace: string): Promise<void> {
  await using cache = createCityCache(backing, namespace);
  await cache.clear();
}
