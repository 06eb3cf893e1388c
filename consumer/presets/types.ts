import { createCache } from '@uno-cache/core';
import { explain, fromEnv, productionDefaults } from '@uno-cache/presets';

export const cache = createCache(
  productionDefaults({ redis: 'redis://localhost', regions: { profiles: { ttl: '1m' } } }),
);
export const profiles = cache.region('profiles');
export const told: string = explain(fromEnv());
// @ts-expect-error a region that there is not
export const unknown = (): unknown => cache.region('profile');
// @ts-expect-error says nothing of where processes share entries
export const lonely = (): unknown => productionDefaults({ ttl: '1m' });
