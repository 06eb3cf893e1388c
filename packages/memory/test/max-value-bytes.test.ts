import assert from 'node:assert/strict';
import { createCache, taggedJson } from '@uno-cache/core';
import { describe, it } from 'vitest';
import type { MemoryOptions } from '../src/index.ts';
import { memory } from '../src/index.ts';

const KINDS: readonly MemoryOptions[] = [
  {},
  { isolation: 'clone' },
  { serializer: taggedJson },
  { sizeOf: (value) => String(value).length },
];

describe.each(KINDS)('memory(%o) with maxValueBytes', (options) => {
  it('refuses what is larger, lets go of what stood there, and tells of it', async () => {
    await using cache = createCache({ tiers: [memory({ ...options, maxValueBytes: '10kb' })] });
    const errors: unknown[] = [];
    cache.on('error', ({ error, tier, key }) => errors.push([error.code, tier, key]));
    await cache.setMany({ small: 'x'.repeat(1_000), large: 'old' });
    await assert.rejects(cache.set('large', 'x'.repeat(50_000)), { code: 'VALUE_TOO_LARGE' });
    assert.equal(await cache.get('large'), undefined);
    assert.equal(await cache.getOrSet('loaded', () => 'x'.repeat(50_000)), 'x'.repeat(50_000));
    assert.equal(await cache.get('loaded'), undefined);
    assert.equal(await cache.get('small'), 'x'.repeat(1_000));
    assert.deepEqual(errors, [
      ['VALUE_TOO_LARGE', 'memory', 'large'],
      ['VALUE_TOO_LARGE', 'memory', 'loaded'],
    ]);
  });
});

describe.each<[string, MemoryOptions]>([
  ['throws', { maxBytes: '1mb', sizeOf: (value) => (value as string).length }],
  ['gives no size', { maxBytes: '1mb', sizeOf: (value) => (value === null ? Number.NaN : 1) }],
  ['throws for the check of a value', { maxValueBytes: '1kb', sizeOf: (value) => (value as string).length }],
])('memory() with a sizeOf that %s', (_, options) => {
  it('refuses the value, lets go of what stood there, and is none the worse', async () => {
    await using cache = createCache({ tiers: [memory(options)] });
    const breaker: unknown[] = [];
    cache.on('breaker', ({ state }) => breaker.push(state));
    await cache.setMany({ good: 'abc', k: 'old' });
    for (let times = 0; times < 4; times++) {
      await assert.rejects(
        cache.set('k', null),
        ({ code, cause }) => code === 'VALUE_TOO_LARGE' && cause instanceof TypeError,
      );
    }
    await assert.rejects(cache.setMany({ k: null, other: 'abc' }), { code: 'VALUE_TOO_LARGE' });
    assert.deepEqual(
      [await cache.get('k'), await cache.get('good'), await cache.get('other')],
      [undefined, 'abc', 'abc'],
    );
    assert.deepEqual(breaker, []);
  });
});

describe('memory()', () => {
  it('tells how full it is', async () => {
    const tier = memory({ maxEntries: 10, maxBytes: '1mb', sizeOf: () => 7 });
    assert.deepEqual(tier.usage?.(), { entries: 0, bytes: 0, maxEntries: 10, maxBytes: 1_048_576 });
    await using cache = createCache({ tiers: [tier], regions: { r: {} } });
    await cache.set('a', 1);
    await cache.region('r').setMany({ b: 1, c: 1 });
    assert.deepEqual(tier.usage?.(), { entries: 3, bytes: 21, maxEntries: 10, maxBytes: 1_048_576 });
    assert.deepEqual(memory({ maxBytes: '1mb' }).usage?.(), { entries: 0, bytes: 0, maxBytes: 1_048_576 });
    assert.deepEqual(memory().usage?.(), { entries: 0, maxEntries: 10_000 });
  });
});
