import type { CacheOptions } from '@uno-cache/core';
import { preset } from './preset.ts';
import type { PresetOptions } from './preset-options.ts';
import type { Recipe } from './recipe.ts';
import { advise } from './recipe.ts';

/**
 * For tests: the same calls do the same each time. Nothing ends by itself, nothing is left to chance, and nothing is
 * done behind the test's back. With `clock: manualClock()` of `@uno-cache/core/testing` time stands still too.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { manualClock } from '@uno-cache/core/testing';
 * import { testDefaults } from '@uno-cache/presets';
 *
 * const clock = manualClock();
 * await using cache = createCache(testDefaults({ clock }));
 * await cache.set('city:1', 'Oslo');
 * await clock.advanceAsync('61m');
 * console.log(await cache.get('city:1')); // undefined
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function testDefaults<R extends string = never>(overrides: PresetOptions<R> = {}): CacheOptions<R> {
  return preset(testRecipe(), overrides);
}

export function testRecipe(): Recipe {
  return {
    owner: 'testDefaults()',
    needsSharedTier: false,
    cache: {
      ttl: advise('1h', 'longer than any test'),
      jitter: advise(0, 'ends are the same each time'),
      staleWhileRevalidate: advise(0, 'nothing is refreshed behind the test'),
      staleIfError: advise(0, 'an error of a factory reaches the test'),
      earlyRefresh: advise(0, 'no refresh by chance'),
      leaseWait: advise('1s', 'a load that hangs fails its test soon'),
    },
    memory: {
      maxEntries: advise(1_000, 'a test that fills it is quick'),
      policy: advise('lru', 'exact: who leaves can be told beforehand'),
      isolation: advise('freeze', 'code that changes what it got from the cache fails here'),
    },
    file: {
      maxBytes: advise('16mb', 'a test that fills it is quick'),
      durability: advise('process', 'no test waits for the disk'),
    },
    redis: {
      commandTimeout: advise('5s', 'a machine that runs tests is busy: slow is not down'),
    },
  };
}
