import { CacheError } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { describe, expect, it } from 'vitest';
import { MemoryCache, memory } from '../src/index.ts';

const BAD_BOUNDS: readonly (readonly [options: object, message: RegExp])[] = [
  [{ maxEntries: 0 }, /maxEntries must be an integer from 1 .* got 0/],
  [{ maxEntries: 1.5 }, /maxEntries .* got 1.5/],
  [{ maxEntries: Number.NaN }, /maxEntries .* got NaN/],
  [{ maxEntries: '10' }, /maxEntries .* got "10"/],
  [{ maxEntries: Infinity }, /maxEntries .* got Infinity/],
  [{ maxBytes: -1 }, /maxBytes .* got -1/],
  [{ maxBytes: '10 mb' }, /maxBytes .* got "10 mb"/],
  [{ sizeOf: 5 }, /sizeOf must be a function; got 5/],
  [{ policy: 'lfu' }, /policy must be one of "w-tinylfu", "s3-fifo", "lru"; got "lfu"/],
  [{ ttl: 0 }, /ttl .* got 0/],
  [{ ttl: '10 min' }, /ttl .* got "10 min"/],
  [{ maxEntrys: 5 }, /unknown option "maxEntrys" \(did you mean "maxEntries"\?\)/],
];

describe.each([
  ['memory()', (options: object) => memory(options)],
  ['new MemoryCache()', (options: object) => new MemoryCache(options)],
])('%s', (_, make) => {
  it.each(BAD_BOUNDS)('refuses %o', (options, message) => {
    expect(() => make(options)).toThrow(TypeError);
    expect(() => make(options)).toThrow(message);
  });

  it.each([[null], [5], ['x'], [[]]])('refuses %o as options', (options) => {
    expect(() => make(options as never)).toThrow(TypeError);
  });
});

describe('memory()', () => {
  it('refuses what only it has', () => {
    expect(() => memory({ name: '' })).toThrow(/name must be/);
    expect(() => memory({ isolation: 'copy' as never })).toThrow(/isolation must be one of "none", "clone", "freeze"/);
    expect(() => memory({ serializer: {} as never })).toThrow(/serializer must be a Serializer/);
    expect(() => memory({ serializer: null as never })).toThrow(TypeError);
  });

  it('says what it is', () => {
    const tier = memory({ name: 'short', ttl: '5m' });
    expect(tier).toMatchObject({ name: 'short', ttlMs: 300_000 });
    expect(tier.can).toEqual({ shared: false, leases: true, lists: true, persistent: false, bytes: false });
    expect(memory({ ttl: Infinity }).ttlMs).toBe(undefined);
  });
});

describe('MemoryCache', () => {
  it('refuses what only it has', () => {
    expect(() => new MemoryCache({ onEvict: 1 as never })).toThrow(/onEvict must be a function/);
    expect(() => new MemoryCache({ clock: {} as never })).toThrow(/clock must be a Clock/);
    expect(() => new MemoryCache({ ttlResolution: -1 })).toThrow(/ttlResolution/);
  });

  it('refuses a value of undefined and options of set that are none, and changes nothing', () => {
    using cache = new MemoryCache<string, unknown>();
    cache.set('k', null);
    expect(() => cache.set('k', undefined)).toThrow(/value must be anything but undefined/);
    expect(() => cache.set('k', 1, { tll: 5 } as never)).toThrow(/did you mean "ttl"/);
    expect(() => cache.set('k', 1, { ttl: 0 })).toThrow(TypeError);
    expect(() => cache.touch('k', -1)).toThrow(TypeError);
    expect(cache.get('k')).toBe(null);
  });

  it('says when sizeOf gives no size', () => {
    using cache = new MemoryCache<string, unknown>({ maxBytes: 10, sizeOf: () => Number.NaN });
    expect(() => cache.set('k', 1)).toThrow(/sizeOf must be a function that gives a number of at least 0; got NaN/);
    expect(cache.size).toBe(0);
  });

  it('fails once it is closed, and can be closed again', () => {
    const clock = manualClock();
    const cache = new MemoryCache<string, number>({ clock, ttl: 5, ttlResolution: '1ms' });
    cache.set('k', 1);
    cache.get('k');
    cache.close();
    cache.close();
    expect(clock.pending).toBe(0);
    const calls = [
      () => cache.get('k'),
      () => cache.peek('k'),
      () => cache.has('k'),
      () => cache.set('k', 1),
      () => cache.delete('k'),
      () => cache.touch('k'),
      () => cache.clear(),
      () => cache.deletePattern('*'),
      () => [...cache.keys()],
    ];
    for (const call of calls) expect(call).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => cache.get('k')).toThrow(CacheError);
    expect(cache.size).toBe(0);
  });
});
