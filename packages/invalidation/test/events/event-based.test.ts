import { compileGlob } from '@uno-cache/core/adapter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventBased } from '../../src/index.ts';

const strategy = eventBased({
  'user.updated': ['user:{id}*', 'profile:{id}*'],
  'user.moved': ['team:{from.team}:{user.id}', 'team:{to.team}:{user.id}', 'tags:user-{user.id}'],
  'all.flushed': ['*'],
});

describe('eventBased()', () => {
  it('gives the patterns of an event', () => {
    expect(strategy.handleEvent('user.updated', { id: '123' })).toEqual(['user:123*', 'profile:123*']);
    expect(strategy.handleEvent('user.updated', { id: 0 })).toEqual(['user:0*', 'profile:0*']);
    expect(strategy.handleEvent('all.flushed')).toEqual(['*']);
  });

  it('reads nested fields, and keeps tags apart from patterns', () => {
    const payload = { from: { team: 'a' }, to: { team: 'b' }, user: { id: 7 } };
    expect(strategy.handleEvent('user.moved', payload)).toEqual(['team:a:7', 'team:b:7']);
    expect(strategy.tagsFor('user.moved', payload)).toEqual(['user-7']);
  });

  it('gives each target once', () => {
    const payload = { from: { team: 'a' }, to: { team: 'a' }, user: { id: 7 } };
    expect(strategy.handleEvent('user.moved', payload)).toEqual(['team:a:7']);
  });

  it('gives a pattern for each of several values, and for each combination', () => {
    const many = eventBased({ sold: ['{shop}:{item}'], seen: ['post:{posts.id}'] });
    expect(many.handleEvent('sold', { shop: ['s', 't'], item: [1, 2] })).toEqual(['s:1', 's:2', 't:1', 't:2']);
    expect(many.handleEvent('sold', { shop: [], item: 1 })).toEqual([]);
    expect(many.handleEvent('seen', { posts: [{ id: 1 }, { id: [2, 3] }] })).toEqual(['post:1', 'post:2', 'post:3']);
  });

  it('asks functions for what templates cannot say', () => {
    const odd = eventBased({
      saved: ['row:{id}', ({ id }: { readonly id: number }) => (id % 2 === 0 ? ['even:*', 'tags:even'] : 'odd:*')],
    });
    expect(odd.handleEvent('saved', { id: 1 })).toEqual(['row:1', 'odd:*']);
    expect(odd.handleEvent('saved', { id: 2 })).toEqual(['row:2', 'even:*']);
    expect(odd.tagsFor('saved', { id: 2 })).toEqual(['even']);
  });

  it('escapes what a value has of a glob', () => {
    expect(strategy.handleEvent('user.updated', { id: '*' })).toEqual(['user:\\**', 'profile:\\**']);
    expect(strategy.handleEvent('user.updated', { id: 'a[b]?\\' })[0]).toBe('user:a\\[b\\]\\?\\\\*');
  });

  it('never lets a value mean more than itself', () => {
    const exact = eventBased({ e: ['user:{id}', 'tags:{id}'] });
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: fc.constantFrom(...'ab*?[]^-\\!:{}') }), fc.string(), (id, other) => {
        const matches = compileGlob(exact.handleEvent('e', { id })[0]!);
        expect(matches(`user:${id}`)).toBe(true);
        expect(matches(`user:${other}`)).toBe(other === id);
        expect(exact.tagsFor('e', { id })).toEqual([id]);
      }),
    );
  });

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['a missing field', {}],
    ['null in the field', { id: null }],
    ['an empty string, which would stand for all', { id: '' }],
    ['a boolean', { id: true }],
    ['a bigint', { id: 1n }],
    ['NaN', { id: Number.NaN }],
    ['an object', { id: {} }],
    ['a value in an array', { id: [1, {}] }],
  ])('refuses %s, naming event and field', (_, payload) => {
    const call = (): unknown => strategy.handleEvent('user.updated', payload as never);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(/field "id" of event "user\.updated"/);
  });

  it('does not take for a field what every object has', () => {
    const inherited = eventBased({ e: ['k:{constructor.name}'] });
    expect(() => inherited.handleEvent('e', {} as never)).toThrow(/constructor\.name/);
  });

  it('refuses unknown events, and names the nearest', () => {
    expect(() => strategy.handleEvent('user.update' as 'user.updated', { id: 1 })).toThrow(
      new TypeError(
        'unknown event "user.update" (did you mean "user.updated"?); known are "user.updated", "user.moved", "all.flushed"',
      ),
    );
    expect(() => strategy.handleEvent('toString' as 'user.updated', { id: 1 })).toThrow(TypeError);
  });

  it.each([
    ['an open brace', { e: ['user:{id'] }],
    ['a brace that closes nothing', { e: ['user:id}'] }],
    ['an empty placeholder', { e: ['user:{}'] }],
    ['an empty step', { e: ['user:{a..b}'] }],
    ['a placeholder behind a backslash', { e: ['user:\\{id}'] }],
    ['a placeholder in a class', { e: ['user:[{id}]'] }],
    ['an empty template', { e: [''] }],
    ['no array', { e: 'user:{id}' }],
    ['no text', { e: [1] }],
    ['no object', ['user:{id}']],
  ])('refuses %s at construction', (_, rules) => {
    expect(() => eventBased(rules as never)).toThrow(TypeError);
  });

  it('refuses what a function gives besides strings', () => {
    const wrong = eventBased({ e: [(() => 1) as never] });
    expect(() => wrong.handleEvent('e')).toThrow(/function gives/);
  });
});
