import { CityDatabase } from '../cities/city-database.ts';
import type { DataFolder } from '../cities/data-folder.ts';
import type { Ports } from '../processes/service-process.ts';
import { createApp } from '../service/app.ts';
import { createCityCache } from '../service/city-cache.ts';
import { serveDashboard } from '../service/dashboard.ts';
import { listen } from '../service/listen.ts';
import type { Deployment } from './deployment.ts';

export interface OneProcessOptions {
  readonly folder: DataFolder;
  /** Whether the database is another one than that of an earlier run. */
  readonly isNew: boolean;
  readonly ports: Ports;
}

/** The service within this process, its cache kept in a directory: nothing else is needed. */
export async function inOneProcess({ folder, isNew, ports }: OneProcessOptions): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(new CityDatabase(folder.database));
  const cache = stack.use(createCityCache({ kind: 'file', directory: folder.cache }));
  if (isNew) await cache.clear();
  const app = stack.use(createApp(database, cache));
  const url = await listen(app, ports.service);
  const dashboard = await serveDashboard(cache, ports.dashboard);
  const running = stack.move();
  return {
    urls: [url],
    dashboards: [dashboard],
    shared: undefined,
    kept: cache.stats().tiers.file?.size ?? 0,
    counters: () => Promise.resolve({ databaseQueries: database.queries, tiers: cache.stats().tiers }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
