import type { Duration } from '../adapter/duration.ts';
import { durationMs } from '../adapter/duration.ts';
import type { Plan } from '../options/entry-options.ts';
import { checkTags } from '../options/entry-options.ts';
import type { LoadRun } from './load-run.ts';
import type { Loaded } from './store-load.ts';

/** What a factory is called with. */
export interface FactoryContext {
  readonly key: string;
  /** Aborts when nobody waits any more, at the `hardTimeout`, and when the cache is closed. */
  readonly signal: AbortSignal;
  /** The value that is to be replaced, if there still is one; `unknown`, so that what the factory returns decides its type. */
  readonly stale: unknown;
  /** The ttl of the value that this factory returns, over the options'; `undefined` is kept for `negativeTtl`. */
  setTtl(ttl: Duration): void;
  /** Tags of what this factory returns, beside the options'. */
  setTags(tags: readonly string[]): void;
  /** What this factory returns is not to be stored. */
  skip(): void;
}

/** Makes the value that is missing; `undefined` for nothing. */
export type Factory<V> = (context: FactoryContext) => V | Promise<V>;

/** As `Factory`, for `cache.sync`: it must not answer with a promise. */
export type SyncFactory<V> = (context: FactoryContext) => V;

/** The context of one run, and what the factory asked of it. */
export class Context implements FactoryContext {
  readonly key: string;
  readonly stale: unknown;
  readonly #run: LoadRun;
  #ttlMs: number | undefined;
  #tags: readonly string[] = [];
  #skips = false;

  constructor(key: string, run: LoadRun, stale: unknown) {
    this.key = key;
    this.#run = run;
    this.stale = stale;
    // Factories take them out of the context: `({ setTags }) => …`.
    this.setTtl = this.setTtl.bind(this);
    this.setTags = this.setTags.bind(this);
    this.skip = this.skip.bind(this);
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  setTtl(ttl: Duration): void {
    this.#ttlMs = durationMs(ttl, 'setTtl()');
  }

  setTags(tags: readonly string[]): void {
    this.#tags = [...this.#tags, ...checkTags(tags, 'setTags()')];
  }

  skip(): void {
    this.#skips = true;
  }

  /** The tags that the factory named. */
  get tags(): readonly string[] {
    return this.#tags;
  }

  get skips(): boolean {
    return this.#skips;
  }

  /** What is to be stored. */
  loaded(value: unknown, plan: Plan, cost: number): Loaded {
    const changed = this.#ttlMs === undefined ? plan : { ...plan, ttlMs: this.#ttlMs, ttlOf: undefined };
    return { value, plan: changed, cost, tags: [...new Set(this.#tags)] };
  }
}
