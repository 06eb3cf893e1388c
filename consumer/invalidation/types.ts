import { createCache } from '@uno-cache/core';
import { eventBased, invalidator, patternBased, timeBased } from '@uno-cache/invalidation';
import { memory } from '@uno-cache/memory';

export const cache = createCache({ ...timeBased({ defaultTtl: '5m' }).options, tiers: [memory()] });
export const strategy = eventBased({ 'user.updated': ['user:{user.id}*'] });
export const invalidation = invalidator(cache, [strategy, patternBased({ post: ['post:{id}'] })]);
export const done: Promise<readonly string[]> = invalidation.invalidateEntity('post', 1).then((report) => report.done);
export const patterns: string[] = strategy.handleEvent('user.updated', { user: { id: 1 } });
// @ts-expect-error a field is missing
export const missing = (): unknown => invalidation.emit('user.updated', {});
