import type { CacheOptions } from '@uno-cache/core';
import { taggedJson } from '@uno-cache/core';
import { memoryBudget } from './memory-budget.ts';
import { preset } from './preset.ts';
import type { PresetOptions } from './preset-options.ts';
import type { Recipe } from './recipe.ts';
import { advise } from './recipe.ts';

/**
 * For functions that are frozen between requests and thrown away at any time: no bus, nothing that goes on behind an
 * answer, little memory. What is worth keeping is in the shared tier, which `redis` names.
 *
 * Without a bus an instance learns of the changes of others by asking: a copy in its memory is checked against the
 * shared tier once it is `maxStaleness` old.
 *
 * @example
 * ```ts
 * import { createCache } from '@uno-cache/core';
 * import { serverlessDefaults } from '@uno-cache/presets';
 *
 * // Outside of the handler, so that the next request finds what this one left.
 * const cache = createCache(serverlessDefaults({ name: 'shop' }));
 * export const handler = (id: string): Promise<string> => cache.getOrSet(`city:${id}`, () => 'Oslo');
 * console.log(await handler('1'));
 * ```
 * @throws TypeError naming the option, what came and what is allowed.
 */
export function serverlessDefaults<R extends string = never>(overrides: PresetOptions<R> = {}): CacheOptions<R> {
  return preset(serverlessRecipe(), overrides);
}

export function serverlessRecipe(): Recipe {
  return {
    owner: 'serverlessDefaults()',
    needsSharedTier: false,
    cache: {
      name: advise('cache', 'give one: services that share a server keep their keys apart by it'),
      ttl: advise('10m', 'the most that a forgotten invalidation costs'),
      jitter: advise(0.1, 'what was stored together does not end together'),
      staleWhileRevalidate: advise(0, 'a refresh behind the answer would be frozen with the function'),
      earlyRefresh: advise(0, 'it would refresh behind the answer too'),
      staleIfError: advise('1h', 'a source may be down for an hour before readers of cached values see it'),
      hardTimeout: advise('5s', 'a load that hangs fails before the function itself is ended'),
      leaseWait: advise('3s', 'waiting is paid for: then rather load twice'),
      maxStaleness: advise('2s', 'there is no bus: after so long a copy in memory is checked in the shared tier'),
      bus: advise(false, 'a connection that listens is cut each time the function is frozen'),
    },
    memory: {
      maxBytes: memoryBudget({ part: 16, name: 'a sixteenth', mostMb: 64, why: 'it is soon thrown away' }),
    },
    file: {
      maxBytes: advise('64mb', 'the disk of a function is small'),
      durability: advise('process', 'the disk goes with the instance'),
      bus: advise(false, 'no other process is on this host'),
    },
    redis: {
      commandTimeout: advise('1s', 'a cold start connects within it, with TLS'),
      maxValueBytes: advise('8mb', 'fetching more may take longer than a command may, and look like an outage'),
      serializer: advise(taggedJson, 'every type comes back alike, and redis-cli can read it'),
      bus: advise(false, 'a connection that listens is cut each time the function is frozen'),
    },
  };
}
