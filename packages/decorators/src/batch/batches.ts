import type { Cache } from '@uno-cache/core';

/** Asks a cache for many keys, whose arguments these are. */
type AskMany = (cache: Cache, args: ReadonlyMap<string, unknown>) => Promise<ReadonlyMap<string, unknown>>;

interface Batch {
  /** By key. */
  readonly args: Map<string, unknown>;
  readonly answer: Promise<ReadonlyMap<string, unknown>>;
}

/** Collects the calls of one tick, for each cache. */
export class Batches {
  readonly #max: number;
  readonly #ask: AskMany;
  /** Those that still take calls. */
  readonly #open = new Map<Cache, Batch>();

  constructor(max: number, ask: AskMany) {
    this.#max = max;
    this.#ask = ask;
  }

  async get(cache: Cache, key: string, arg: unknown): Promise<unknown> {
    const batch = this.#open.get(cache) ?? this.#begin(cache);
    if (!batch.args.has(key)) batch.args.set(key, arg);
    if (batch.args.size >= this.#max) this.#open.delete(cache);
    return (await batch.answer).get(key);
  }

  #begin(cache: Cache): Batch {
    const args = new Map<string, unknown>();
    const answer = endOfTick().then(() => {
      if (this.#open.get(cache) === batch) this.#open.delete(cache);
      return this.#ask(cache, args);
    });
    const batch: Batch = { args, answer };
    this.#open.set(cache, batch);
    return batch;
  }
}

/** When the promises that are settled now have been followed up, and what these have settled: as DataLoader waits. */
function endOfTick(): Promise<void> {
  return new Promise((resolve) => {
    void Promise.resolve().then(() => process.nextTick(resolve));
  });
}
