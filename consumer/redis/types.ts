import { createCache } from '@uno-cache/core';
import { redis, redisBus } from '@uno-cache/redis';

export const cache = createCache({
  tiers: [redis({ url: 'redis://localhost', commandTimeout: '500ms', tracking: true })],
  bus: redisBus({ channel: 'shop' }),
});
export const clustered = redis({ cluster: [{ host: '10.0.0.1', port: 7000 }] });
// @ts-expect-error an option that there is not
export const unknown = redis({ host: 'localhost' });
