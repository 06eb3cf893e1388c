import type { Cache, CacheOptions, Duration, EntryOptions, Tier } from '@uno-cache/core';
import { CacheError } from '@uno-cache/core';
import { durationMs } from '@uno-cache/core/adapter';
import type { ManualClock } from '@uno-cache/core/testing';
import { manualClock } from '@uno-cache/core/testing';

export const ttl: Duration = '10m';
// @ts-expect-error a unit that there is not
export const wrong: Duration = '10 min';
export const options: EntryOptions<{ id: number }> = { ttl: ({ id }) => (id > 0 ? ttl : '1m'), tags: ['users'] };
export const milliseconds: number = durationMs(ttl, 'ttl');
export const clock: ManualClock = manualClock();
export const codeOf = (error: unknown): string => (CacheError.is(error) ? error.code : '');
export const withTiers = (tiers: readonly Tier[]): CacheOptions<'profiles'> => ({
  tiers,
  regions: { profiles: { ttl } },
});
export const profile = (cache: Cache<'profiles'>): Promise<string> =>
  cache.region('profiles').getOrSet('1', async ({ setTags }) => {
    setTags(['users']);
    return 'Ada';
  });
