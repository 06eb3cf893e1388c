import { describe, expect, it } from 'vitest';
import { patternBased } from '../../src/index.ts';

const rules = { user: ['user:{id}*', 'profile:{id}*'], post: ['post:{id}*', 'timeline:*'] } as const;

describe('patternBased()', () => {
  it('gives the patterns of a row', () => {
    const strategy = patternBased(rules);
    expect(strategy.invalidateEntity('user', '123')).toEqual(['user:123*', 'profile:123*']);
    expect(strategy.invalidateEntity('post', 7)).toEqual(['post:7*', 'timeline:*']);
    expect(strategy.invalidateEntity('user', '*')).toEqual(['user:\\**', 'profile:\\**']);
  });

  it('follows relations, with the same id or with others, and names nothing twice', () => {
    const strategy = patternBased(
      { ...rules, feed: ['feed:{id}', 'timeline:*'], badge: ['badge:{id}'] },
      { relations: { user: ['feed', 'badge'], post: { user: (id) => [`${id}-a`, `${id}-b`] }, feed: ['badge'] } },
    );
    expect(strategy.invalidateEntity('user', 1)).toEqual(['user:1*', 'profile:1*', 'feed:1', 'timeline:*', 'badge:1']);
    expect(strategy.invalidateEntity('post', 9).filter((pattern) => pattern.startsWith('user:'))).toEqual([
      'user:9-a*',
      'user:9-b*',
    ]);
  });

  it('refuses circles at construction, naming the way around', () => {
    const three = { a: ['a:{id}'], b: ['b:{id}'], c: ['c:{id}'] } as const;
    expect(() => patternBased(three, { relations: { a: ['b'], b: ['c'], c: ['a'] } })).toThrow(
      new TypeError('relations go in a circle: a → b → c → a'),
    );
    expect(() => patternBased(three, { relations: { a: ['a'] } })).toThrow(/circle: a → a/);
    expect(patternBased(three, { relations: { a: ['b', 'c'], b: ['c'] } }).invalidateEntity('a', 1)).toEqual([
      'a:1',
      'b:1',
      'c:1',
    ]);
  });

  it.each([
    ['an entity that there is not', () => patternBased(rules).invalidateEntity('users' as 'user', 1)],
    ['an empty id', () => patternBased(rules).invalidateEntity('user', '')],
    ['a missing id', () => patternBased(rules).invalidateEntity('user', undefined as never)],
    ['another placeholder', () => patternBased({ user: ['user:{name}'] } as never)],
    ['a relation to nothing', () => patternBased(rules, { relations: { user: ['comment'] as never } })],
    ['a relation from nothing', () => patternBased(rules, { relations: { comment: ['user'] } as never })],
    ['an unknown option', () => patternBased(rules, { relation: {} } as never)],
    [
      'an id that a relation makes up',
      () => patternBased(rules, { relations: { post: { user: () => null as never } } }).invalidateEntity('post', 1),
    ],
  ])('refuses %s', (_, call) => {
    expect(call).toThrow(TypeError);
  });
});
