import type { CacheOptions } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import { memoryBudget } from './memory-budget.ts';
import { preset } from './preset.ts';
import type { PresetOptions, SharedTierChoice } from './preset-options.ts';
import type { Recipe } from './recipe.ts';
import { advise } from './recipe.ts';

/**
 * For services: memory in front of a Redis that the processes share, readers that do not wait for refreshes, sources
 * that may be down for a while, and a bound for everything.
 *
 * @param options - at least where processes share entries: `redis`, or `file` for those of one host, or `tiers`.
 * `redis: false` says that there is nothing to share.
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { explain, productionDefaults } from '@uno-cache/presets';
 *
 * // Nothing listens there, and nothing is connected before it is used.
 * const options = productionDefaults({ name: 'shop', redis: 'redis://127.0.0.1:1', ttl: '30m' });
 * console.log(explain(options));
 * await using cache = createCache(options);
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function productionDefaults<R extends string = never>(
  options: PresetOptions<R> & SharedTierChoice,
): CacheOptions<R> {
  return preset(productionRecipe(), options ?? {});
}

export function productionRecipe(): Recipe {
  return {
    owner: 'productionDefaults()',
    needsSharedTier: true,
    cache: {
      name: advise('cache', 'give one: services that share a server keep their keys apart by it'),
      ttl: advise('10m', 'the most that a forgotten invalidation costs'),
      jitter: advise(0.1, 'what was stored together does not end together'),
      staleWhileRevalidate: advise('1m', 'who reads what has just ended does not wait for the refresh'),
      staleIfError: advise('1h', 'a source may be down for an hour before readers of cached values see it'),
      earlyRefresh: advise(1, 'hot keys are refreshed before they end: XFetch, with the beta of its paper'),
      softTimeout: advise('500ms', 'while an old value is there, nobody waits longer for a source that hangs'),
      hardTimeout: advise('10s', 'a load that hangs fails, and gives up its lease'),
      leaseTtl: advise('5s', 'longer than a pause of a living process; a dead one keeps a key for no longer'),
      leaseWait: advise('10s', 'as long as another process may load: it need not be done twice'),
      maxStaleness: advise('10s', 'how old a near copy may be while the bus is cut'),
    },
    memory: {
      maxBytes: memoryBudget({ part: 8, name: 'an eighth', mostMb: 512, why: 'the rest is the service’s' }),
      isolation: advise('none', 'hits cost nothing; callers must not change what they get'),
    },
    file: {
      maxBytes: advise('1gb', 'give it what the disk can spare'),
      durability: advise('reboot', 'a loss of power may cost the last seconds, and no write waits for the disk'),
    },
    redis: {
      commandTimeout: advise('500ms', 'a server that takes so long is down: the factory answers instead'),
      maxValueBytes: advise('8mb', 'fetching more may take longer than a command may, and look like an outage'),
      serializer: advise(taggedJson, 'every type comes back alike, and redis-cli can read it'),
    },
  };
}
