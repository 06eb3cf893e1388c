import { availableParallelism } from 'node:os';
import { Remote } from '../thread/remote.ts';
import type { Cities, City, CityEdit, CountrySummary, EditedCity, Neighbour, Point, Totals } from './cities.ts';
import type { Queries } from './queries.ts';

const QUERY_THREAD = new URL('./query-thread.ts', import.meta.url);

/** How many queries run at once, unless said otherwise. */
export const QUERY_THREADS: number = Math.min(4, availableParallelism());

interface Waiting {
  readonly run: (thread: Remote<Queries>) => Promise<void>;
}

/**
 * The database, asked by a pool of threads with a connection each. A thread runs one query at a time; what finds no
 * idle thread waits its turn.
 */
export class CityDatabase implements Cities, AsyncDisposable {
  readonly #all: readonly Remote<Queries>[];
  readonly #idle: Remote<Queries>[];
  readonly #queue: Waiting[] = [];
  #queries = 0;

  constructor(file: string, threads: number = QUERY_THREADS) {
    this.#all = Array.from({ length: threads }, () => new Remote<Queries>(QUERY_THREAD, file));
    this.#idle = [...this.#all];
  }

  /** How many queries it has been asked so far. */
  get queries(): number {
    return this.#queries;
  }

  city(id: number): Promise<City | undefined> {
    return this.#ask('city', id);
  }

  citiesById(ids: readonly number[]): Promise<readonly City[]> {
    return this.#ask('citiesById', ids);
  }

  nearest(point: Point, count: number): Promise<readonly Neighbour[]> {
    return this.#ask('nearest', point, count);
  }

  search(text: string, count: number): Promise<readonly City[]> {
    return this.#ask('search', text, count);
  }

  country(code: string): Promise<CountrySummary | undefined> {
    return this.#ask('country', code);
  }

  totals(): Promise<Totals> {
    return this.#ask('totals');
  }

  edit(id: number, edit: CityEdit): Promise<EditedCity | undefined> {
    return this.#ask('edit', id, edit);
  }

  largest(count: number): Promise<readonly City[]> {
    return this.#ask('largest', count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((thread) => thread[Symbol.asyncDispose]()));
  }

  #ask<N extends keyof Queries>(
    name: N,
    ...parameters: Parameters<Queries[N]>
  ): Promise<Awaited<ReturnType<Queries[N]>>> {
    this.#queries++;
    return new Promise((resolve, reject) => {
      this.#queue.push({ run: (thread) => thread.call(name, ...parameters).then(resolve, reject) });
      this.#next();
    });
  }

  #next(): void {
    if (this.#idle.length === 0) return;
    const waiting = this.#queue.shift();
    if (!waiting) return;
    const thread = this.#idle.pop()!;
    void waiting.run(thread).then(() => {
      this.#idle.push(thread);
      this.#next();
    });
  }
}
