import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { DataFolder } from '../cities/data-folder.ts';
import type { Ports } from '../processes/service-process.ts';
import { ServiceProcess } from '../processes/service-process.ts';
import type { SharedServers } from '../servers/shared-servers.ts';
import type { Backing } from '../service/city-cache.ts';
import { createCityCache } from '../service/city-cache.ts';
import type { Counters, Deployment, Outage } from './deployment.ts';
import { sum } from './deployment.ts';

export interface TwoProcessesOptions {
  readonly folder: DataFolder;
  /** Of the first process. The second one listens where it is free. */
  readonly ports: Ports;
}

/** The service in two processes that share the database and a server. Ends the server, too, if it is the demo's own. */
export async function inTwoProcesses(
  servers: SharedServers,
  { folder, ports }: TwoProcessesOptions,
): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  stack.use(servers);
  // Edits of this run would be news to what is kept there.
  await rm(folder.cache, { recursive: true, force: true });
  const namespace = namespaceOf(folder);
  if (servers.own.length === 0) {
    await clear(servers.backing, namespace);
    stack.defer(() => clear(servers.backing, namespace));
  }

  const start = (ports: Ports) =>
    ServiceProcess.start({ database: folder.database, backing: servers.backing, namespace, ports });
  const first = stack.use(await start(ports));
  const second = stack.use(await start({ service: 0, dashboard: 0 }));
  const processes = new Processes([first, second]);
  const running = stack.move();
  return {
    urls: [first.url, second.url],
    dashboards: [first.dashboard, second.dashboard],
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

/** Another one for each database: others may show other cities on the same server. */
function namespaceOf({ database }: DataFolder): string {
  const place = createHash('sha256')
    .update(`${hostname()} ${resolve(database)}`)
    .digest('hex');
  return `cities-${place.slice(0, 12)}`;
}

async function clear(backing: Backing, namespace: string): Promise<void> {
  await using cache = createCityCache(backing, namespace);
  await cache.clear();
}
