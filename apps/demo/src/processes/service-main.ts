import { once } from 'node:events';
import process from 'node:process';
import { CityDatabase } from '../cities/city-database.ts';
import { createApp } from '../service/app.ts';
import { createCityCache } from '../service/city-cache.ts';
import { serveDashboard } from '../service/dashboard.ts';
import { listen } from '../service/listen.ts';
import type { ServiceOptions, ServiceStart } from './service-process.ts';

// The demo says when it is over, by closing the channel, so that Ctrl-C ends the load before what it asks.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);
const over = new Promise<void>((resolve) => process.once('disconnect', resolve));

const [{ database: file, backing, namespace, ports }] = (await once(process, 'message')) as [ServiceOptions];
await using database = new CityDatabase(file);
await using cache = createCityCache(backing, namespace);
await using app = createApp(database, cache);
process.send?.(await start());
await over;

async function start(): Promise<ServiceStart> {
  try {
    return { url: await listen(app, ports.service), dashboard: await serveDashboard(cache, ports.dashboard) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
