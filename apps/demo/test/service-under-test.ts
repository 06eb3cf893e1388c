import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { CityDatabase } from '../src/cities/city-database.ts';
import { createApp } from '../src/service/app.ts';
import type { CityCache } from '../src/service/city-cache.ts';
import { createCityCache } from '../src/service/city-cache.ts';
import { TemporaryFolder } from './sample.ts';

const sampleDatabase = await buildSample();

async function buildSample(): Promise<Buffer> {
  using folder = await TemporaryFolder.withSample();
  return readFileSync(folder.database);
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Its x-cache header. */
  readonly from: string | undefined;
  /** How many queries the database was asked meanwhile. */
  readonly queries: number;
}

/** The service over a sample of its own, with an empty cache. */
export class ServiceUnderTest implements AsyncDisposable {
  readonly #folder = new TemporaryFolder();
  readonly database: CityDatabase;
  readonly cache: CityCache = createCityCache({ kind: 'file', directory: join(this.#folder.path, 'cache') });
  readonly app: FastifyInstance;

  constructor() {
    writeFileSync(this.#folder.database, sampleDatabase);
    this.database = new CityDatabase(this.#folder.database, 1);
    this.app = createApp(this.database, this.cache);
  }

  async ask(request: InjectOptions | string): Promise<Answer> {
    const before = this.database.queries;
    const response = await this.app.inject(request);
    return {
      status: response.statusCode,
      body: response.json(),
      from: response.headers['x-cache'] as string | undefined,
      queries: this.database.queries - before,
    };
  }

  edit(id: number, edit: unknown): Promise<Answer> {
    return this.ask({ method: 'PATCH', url: `/cities/${id}`, payload: edit as object });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.cache.close();
    await this.database[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}
