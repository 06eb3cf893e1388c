import { AsyncLocalStorage } from 'node:async_hooks';
import type { CityCache } from './city-cache.ts';

/**
 * Notes, for the request that is being answered, which tiers had what it asked the cache for: `memory`, `miss`, or
 * both when a batch was found in part.
 */
export class AnsweredFrom {
  readonly #request = new AsyncLocalStorage<Set<string>>();

  constructor(cache: CityCache) {
    cache.on('hit', ({ tier }) => this.#request.getStore()?.add(tier));
    cache.on('miss', () => this.#request.getStore()?.add('miss'));
  }

  /** Runs what answers a request. */
  during(answer: () => void): void {
    this.#request.run(new Set(), answer);
  }

  /** `''` when the cache was not asked. */
  toString(): string {
    return [...(this.#request.getStore() ?? [])].join(', ');
  }
}
