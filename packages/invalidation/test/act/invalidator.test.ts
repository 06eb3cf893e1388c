import { createCache } from '@uno-cache/core';
import { faultyTier } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { describe, expect, it } from 'vitest';
import { eventBased, invalidator, patternBased, tagBased } from '../../src/index.ts';

function shop() {
  const near = memory({ name: 'near' });
  const far = faultyTier(memory(), { name: 'far', async: true, shared: true });
  const cache = createCache({ tiers: [near, far], bus: false, regions: { profiles: { ttl: '1m' } } });
  return { cache, far };
}

const events = eventBased({ 'user.updated': ['user:{id}', 'list:*', 'tags:user-{id}'], 'post.added': ['list:*'] });
const tags = tagBased({ 'user.updated': ['user-{id}', 'users'] });
const entities = patternBased({ user: ['user:{id}', 'list:*'] });

describe('invalidator()', () => {
  it('does what an event needs, and says what was done per target and tier', async () => {
    const { cache } = shop();
    await cache.setMany({ 'user:1': 'a', 'user:2': 'b', 'list:all': [1, 2] });
    await cache.set('x', 1, { tags: ['user-1'] });
    const report = await invalidator(cache, [events, tags, entities]).emit('user.updated', { id: 1 });
    expect([...(await cache.getMany(['user:1', 'user:2', 'list:all', 'x'])).keys()]).toEqual(['user:2']);
    const outcome = { region: undefined, done: ['far', 'near'], deferred: [] };
    expect(report.targets).toEqual([
      { kind: 'pattern', target: 'user:1', ...outcome },
      { kind: 'pattern', target: 'list:*', ...outcome },
      { kind: 'tag', target: 'user-1', ...outcome, done: ['near', 'far'] },
      { kind: 'tag', target: 'users', ...outcome, done: ['near', 'far'] },
    ]);
    expect(new Set(report.done)).toEqual(new Set(['near', 'far']));
    expect(report.deferred).toEqual([]);
    await cache.close();
  });

  it('names the tiers that could not be reached', async () => {
    const { cache, far } = shop();
    far.fail();
    const report = await invalidator(cache, [events, tags]).emit('user.updated', { id: 1 });
    expect(report.done).toEqual(['near']);
    expect(report.deferred).toEqual(['far']);
    expect(report.targets.every(({ deferred }) => deferred.includes('far'))).toBe(true);
    far.heal();
    await cache.close();
  });

  it('has few sweeps under way, however many ask, and one for all who wait for the same', async () => {
    const { cache, far } = shop();
    const profiles = cache.region('profiles');
    const invalidation = invalidator(profiles, [eventBased({ saved: ['row:{id}:*'] })]);
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    far.before('deletePattern', () => {
      reached.resolve();
      return gate.promise;
    });
    const ids = Array.from({ length: 1_000 }, (_, id) => ({ id }));
    const asked = ids.map((payload) => invalidation.emit('saved', payload));
    const again = ids.map((payload) => invalidation.emit('saved', payload));
    await reached.promise;
    expect(far.count('deletePattern')).toBe(8);
    await profiles.set('row:1:x', 'loaded after the sweep of it began');
    gate.resolve();
    await Promise.all([...asked, ...again]);
    // Those that had begun do not count for who asks later.
    expect(far.count('deletePattern')).toBe(1_008);
    expect(await profiles.has('row:1:x')).toBe(false);
    await cache.close();
  });

  it('tells what an event would make go whose payload is a text', async () => {
    const { cache } = shop();
    const renamed = eventBased({ renamed: [(name: string) => `name:${name}`] });
    const invalidation = invalidator(cache, [renamed, entities]);
    expect(invalidation.dryRun('renamed', 'Ada').map(({ target }) => target)).toEqual(['name:Ada']);
    expect(invalidation.dryRun('user', 'Ada').map(({ target }) => target)).toEqual(['user:Ada', 'list:*']);
    expect(() => invalidation.dryRun('usr' as never, 'Ada' as never)).toThrow(/unknown entity/);
    await cache.close();
  });

  it('does what several events name once, tags in one call', async () => {
    const { cache, far } = shop();
    const invalidation = invalidator(cache.region('profiles'), [events, tags]);
    const report = await invalidation.emitMany([
      ['user.updated', { id: [1, 2] }],
      ['user.updated', { id: 2 }],
      ['post.added'],
    ]);
    expect(report.targets.map(({ target }) => target)).toEqual([
      'user:1',
      'user:2',
      'list:*',
      'user-1',
      'user-2',
      'users',
    ]);
    expect(far.count('deletePattern')).toBe(3);
    expect(far.count('versions.renew')).toBe(1);
    await cache.close();
  });

  it('says beforehand what would go, and does nothing', async () => {
    const { cache, far } = shop();
    await cache.set('user:1', 1);
    const invalidation = invalidator(cache, [events, entities]);
    expect(invalidation.dryRun('post.added')).toEqual([{ kind: 'pattern', target: 'list:*', region: undefined }]);
    expect(invalidation.dryRun('user', 1).map(({ target }) => target)).toEqual(['user:1', 'list:*']);
    expect(invalidation.dryRun('user.updated', { id: 1 })).toHaveLength(3);
    expect(far.count('deletePattern')).toBe(0);
    expect(await cache.get('user:1')).toBe(1);
    await cache.close();
  });

  it('invalidates entities', async () => {
    const { cache } = shop();
    await cache.setMany({ 'user:1': 1, 'user:2': 2 });
    const report = await invalidator(cache, [entities]).invalidateEntity('user', '1');
    expect(report.targets.map(({ target }) => target)).toEqual(['user:1', 'list:*']);
    expect(await cache.has('user:1')).toBe(false);
    expect(await cache.has('user:2')).toBe(true);
    await cache.close();
  });

  it('reaches all regions, those of a strategy, or the one it was given', async () => {
    const { cache } = shop();
    const profiles = cache.region('profiles');
    const fill = () => Promise.all([cache.set('user:1', 1), profiles.set('user:1', 1)]);
    const left = async () => [await cache.has('user:1'), await profiles.has('user:1')];
    const rules = { e: ['user:{id}'] } as const;

    await fill();
    await invalidator(profiles, [eventBased(rules)]).emit('e', { id: 1 });
    expect(await left()).toEqual([true, false]);

    await fill();
    const report = await invalidator(cache, [eventBased(rules, { region: 'profiles' })]).emit('e', { id: 1 });
    expect(await left()).toEqual([true, false]);
    expect(report.targets[0]?.region).toBe('profiles');

    await fill();
    const both = invalidator(cache, [eventBased(rules, { region: 'profiles' }), eventBased(rules)]);
    expect((await both.emit('e', { id: 1 })).targets).toHaveLength(1);
    expect(await left()).toEqual([false, false]);
    await cache.close();
  });

  it('is awaited: when it resolves nothing old is served', async () => {
    const { cache, far } = shop();
    await cache.set('user:1', 'old');
    const gate = far.hold('deletePattern');
    const emitting = invalidator(cache, [entities]).invalidateEntity('user', 1);
    await gate.reached;
    expect(await Promise.race([emitting, Promise.resolve('not yet')])).toBe('not yet');
    gate.release();
    await emitting;
    expect(await cache.get('user:1')).toBeUndefined();
    await cache.close();
  });

  it('refuses before anything is done', async () => {
    const { cache, far } = shop();
    const invalidation = invalidator(cache, [events, entities]);
    const wrong = [['post.added'], ['user.updated', {}]] as never;
    await expect(invalidation.emitMany(wrong)).rejects.toThrow(/field "id" of event "user\.updated"/);
    await expect(invalidation.emit('nope' as 'post.added')).rejects.toThrow(/unknown event/);
    await expect(invalidation.invalidateEntity('nope' as 'user', 1)).rejects.toThrow(/unknown entity/);
    expect(() => invalidation.dryRun('nope' as 'post.added')).toThrow(TypeError);
    const astray = eventBased({ 'post.added': ['list:*'] }, { region: 'nowhere' });
    const lost = invalidator(cache, [eventBased({ 'post.added': ['x'] }), astray]).emit('post.added');
    await expect(lost).rejects.toMatchObject({ code: 'UNKNOWN_REGION' });
    expect(far.count('deletePattern')).toBe(0);
    expect(() => invalidator(cache, [{}] as never)).toThrow(/strategies\[0\]/);
    expect(() => invalidator(cache, events as never)).toThrow(TypeError);
    expect(() => invalidator({} as never, [events])).toThrow(/cache must be/);
    await cache.close();
    await expect(invalidation.emit('post.added')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
