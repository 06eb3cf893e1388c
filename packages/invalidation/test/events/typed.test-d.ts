import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { expectTypeOf } from 'vitest';
import type { Strategy } from '../../src/index.ts';
import { eventBased, invalidator, patternBased, tagBased, timeBased, until } from '../../src/index.ts';

const events = eventBased({
  'user.updated': ['user:{id}*', 'team:{team.id}'],
  'cache.flushed': ['*'],
  'row.saved': ['row:{id}', (payload: { readonly kind: 'a' | 'b' }) => payload.kind],
});

// Names and fields come from the templates; what else a payload has does not matter.
expectTypeOf(events.handleEvent('user.updated', { id: 1, team: { id: 'a' }, name: 'Ada' })).toEqualTypeOf<string[]>();
events.handleEvent('user.updated', { id: [1, 2], team: [{ id: 1 }] });
events.handleEvent('cache.flushed');
events.handleEvent('row.saved', { id: 1, kind: 'a' });
// @ts-expect-error no such event
events.handleEvent('user.update', { id: 1, team: { id: 1 } });
// @ts-expect-error no payload
events.handleEvent('user.updated');
// @ts-expect-error a field is missing
events.handleEvent('user.updated', { id: 1 });
// @ts-expect-error a nested field is missing
events.handleEvent('user.updated', { id: 1, team: {} });
// @ts-expect-error neither a string nor a number
events.handleEvent('user.updated', { id: true, team: { id: 1 } });
// @ts-expect-error not what the function takes
events.handleEvent('row.saved', { id: 1, kind: 'c' });

const entities = patternBased({ user: ['user:{id}*'], post: ['post:{id}'] }, { relations: { user: ['post'] } });
entities.invalidateEntity('user', 1);
// @ts-expect-error no such entity
entities.invalidateEntity('comment', 1);
// @ts-expect-error an entity has an id only
patternBased({ user: ['user:{name}'] });
// @ts-expect-error a relation to nothing
patternBased({ user: ['user:{id}'] }, { relations: { user: ['post'] } });

const tags = tagBased({ 'user.updated': ['org-{org}'], 'post.added': ['posts'] });
// @ts-expect-error a field is missing
tags.handleEvent('user.updated', {});

// An invalidator knows what its strategies know, and asks for what all of them need.
const cache = createCache({ tiers: [memory()] });
const all = invalidator(cache, [events, entities, tags]);
expectTypeOf(all.emit).parameter(0).toEqualTypeOf<'user.updated' | 'cache.flushed' | 'row.saved' | 'post.added'>();
export const calls = (): unknown[] => [
  all.emit('user.updated', { id: 1, team: { id: 1 }, org: 'x' }),
  all.emit('post.added'),
  // @ts-expect-error `org`, which the tags need
  all.emit('user.updated', { id: 1, team: { id: 1 } }),
  // @ts-expect-error no such event
  all.emit('post.removed'),
  all.emitMany([['post.added'], ['user.updated', { id: 1, team: { id: 1 }, org: 'x' }]]),
  // @ts-expect-error no such event
  all.emitMany([['post.removed']]),
  all.invalidateEntity('post', 1),
  // @ts-expect-error no such entity
  all.invalidateEntity('comment', 1),
  all.dryRun('post', 1),
  all.dryRun('user.updated', { id: 1, team: { id: 1 }, org: 'x' }),
  // @ts-expect-error time has nothing to say of events
  invalidator(cache, [timeBased({ defaultTtl: 1 })]),
];

// Everything that a strategy of one's own has to have.
export const own: Strategy<{ readonly ping: { readonly n: number } }, never> = {
  events: new Set(['ping']),
  entities: new Set(),
  eventTargets: () => [{ kind: 'pattern', target: '*', region: undefined }],
  entityTargets: () => [],
};
invalidator(cache, [own]).dryRun('ping', { n: 1 });

createCache({ tiers: [memory()], ...timeBased({ defaultTtl: until('midnight'), ttlJitter: 0.1 }).options });
// @ts-expect-error no such time
until('teatime');
// @ts-expect-error no such unit
timeBased({ defaultTtl: '5 minutes' });
