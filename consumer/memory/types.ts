import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';

export const cache = createCache({ tiers: [memory({ maxBytes: '10mb' })], regions: { profiles: { ttl: '10m' } } });
export const profiles = cache.region('profiles');
// @ts-expect-error a region that there is not
export const unknown = (): unknown => cache.region('profile');
export const value: Promise<number> = cache.getOrSet('a', () => 1);
