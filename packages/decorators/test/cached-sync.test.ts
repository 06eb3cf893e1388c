import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { expect, test, vi } from 'vitest';
import { cachedSync } from '../src/index.ts';

const cache = createCache({ tiers: [memory()], clock: manualClock() });

test('answers at once, and runs once', () => {
  const source = vi.fn((n: number) => n * 2);
  const double = cachedSync({ cache, name: 'double' })(source);
  expect([double(1), double(1), double(2)]).toEqual([2, 2, 4]);
  expect(source).toHaveBeenCalledTimes(2);
  expect(cache.sync.get('double:1')).toBe(2);
});

test('carries its handle', () => {
  let n = 0;
  const next = cachedSync({ cache })(function next() {
    return ++n;
  });
  expect(next.peek()).toBeUndefined();
  expect([next(), next(), next.refresh(), next.peek()]).toEqual([1, 1, 2, 2]);
  expect([next.key(), next.invalidate(), next.invalidate()]).toEqual(['next:', true, false]);
  expect([next.name, next.length]).toEqual(['next', 0]);
});

test('conditions and tags', () => {
  const source = vi.fn((n: number) => n);
  const load = cachedSync({
    cache,
    key: 'c:{0}',
    when: ([n]: [number]) => n !== 0,
    unless: (n: number) => n === 1,
    tags: ['n-{result}'],
  })(source);
  for (const n of [0, 0, 1, 1, 2, 2]) load(n);
  expect(source).toHaveBeenCalledTimes(5);
  cache.sync.invalidateTags(['n-2']);
  load(2);
  expect(source).toHaveBeenCalledTimes(6);
});

test('throws what is thrown, and keys that cannot be made', () => {
  const failure = new Error('no');
  const load = cachedSync({ cache })(function fails(_: unknown): number {
    throw failure;
  });
  expect(() => load(1)).toThrow(failure);
  expect(() => load(() => 1)).toThrow(TypeError);
});

test('a promise is a TypeError', () => {
  const load = cachedSync({ cache, key: 'p' })(async () => 1);
  expect(() => load()).toThrow(/returned a promise/);
});
