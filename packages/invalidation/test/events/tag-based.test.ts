import { describe, expect, it } from 'vitest';
import { tagBased } from '../../src/index.ts';

const strategy = tagBased({ 'user.updated': ['user-{id}', 'users'], 'post.liked': ['post-{post.id}', 'by-{users}'] });

describe('tagBased()', () => {
  it('gives the tags of an event', () => {
    expect(strategy.handleEvent('user.updated', { id: '123' })).toEqual(['user-123', 'users']);
    expect(strategy.handleEvent('post.liked', { post: { id: 1 }, users: ['a', 'b'] })).toEqual([
      'post-1',
      'by-a',
      'by-b',
    ]);
  });

  it('escapes nothing: a tag is no glob', () => {
    expect(strategy.handleEvent('user.updated', { id: '*' })).toEqual(['user-*', 'users']);
  });

  it('refuses unknown events and missing fields', () => {
    expect(() => strategy.handleEvent('nope' as 'user.updated', { id: 1 })).toThrow(/unknown event "nope"/);
    expect(() => strategy.handleEvent('user.updated', {} as never)).toThrow(/field "id" of event "user\.updated"/);
  });
});
