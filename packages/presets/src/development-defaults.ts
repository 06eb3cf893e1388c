import type { CacheOptions } from '@uno-cache/core';
import { preset } from './preset.ts';
import type { PresetOptions } from './preset-options.ts';
import type { Recipe } from './recipe.ts';
import { advise } from './recipe.ts';

/**
 * For the machine of somebody who changes the code: what the source says now is seen soon, mistakes show here and not in
 * production, and nothing outlives the process.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { developmentDefaults } from '@uno-cache/presets';
 *
 * await using cache = createCache(developmentDefaults({ ttl: '5m' }));
 * console.log(await cache.getOrSet('city:1', () => 'Oslo'));
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function developmentDefaults<R extends string = never>(overrides: PresetOptions<R> = {}): CacheOptions<R> {
  return preset(developmentRecipe(), overrides);
}

export function developmentRecipe(): Recipe {
  return {
    owner: 'developmentDefaults()',
    needsSharedTier: false,
    cache: {
      ttl: advise('1m', 'what changes in the source shows within a minute'),
      jitter: advise(0, 'an entry ends when its ttl says'),
      staleWhileRevalidate: advise(0, 'what is read is what was loaded last, never the one before'),
      staleIfError: advise(0, 'an error of a factory is seen, not covered by an old value'),
    },
    memory: {
      maxBytes: advise('32mb', 'the machine has other work too'),
      isolation: advise('freeze', 'code that changes what it got from the cache fails here'),
    },
    file: {
      maxBytes: advise('64mb', 'a cache that is in nobody’s way'),
    },
    redis: {},
  };
}
