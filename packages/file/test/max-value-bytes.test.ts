import assert from 'node:assert/strict';
import { createCache } from '@uno-cache/core';
import { describe, it } from 'vitest';
import { file } from '../src/index.ts';
import { tempDirectory } from './temp-directory.ts';

describe('file() with maxValueBytes', () => {
  it('refuses what is larger, lets go of what stood there, and tells of it', async () => {
    await using cache = createCache({ tiers: [file({ directory: tempDirectory(), maxValueBytes: '10kb' })] });
    const errors: unknown[] = [];
    cache.on('error', ({ error, tier, key }) => errors.push([error.code, tier, key]));
    await cache.setMany({ small: 'x'.repeat(1_000), large: 'old' });
    await assert.rejects(cache.set('large', 'x'.repeat(50_000)), { code: 'VALUE_TOO_LARGE' });
    assert.equal(await cache.get('large'), undefined);
    assert.equal(await cache.getOrSet('loaded', () => 'x'.repeat(50_000)), 'x'.repeat(50_000));
    assert.equal(await cache.get('loaded'), undefined);
    assert.equal(await cache.get('small'), 'x'.repeat(1_000));
    assert.deepEqual(errors, [
      ['VALUE_TOO_LARGE', 'file', 'large'],
      ['VALUE_TOO_LARGE', 'file', 'loaded'],
    ]);
  });

  it('tells how full it is', async () => {
    const tier = file({ directory: tempDirectory(), maxBytes: '8mb', maxEntries: 100 });
    await using cache = createCache({ tiers: [tier] });
    await cache.set('a', 'x'.repeat(300_000));
    const { entries, bytes, maxEntries, maxBytes } = await tier.usage!();
    assert.equal(entries, 1);
    assert.equal(maxEntries, 100);
    assert.ok(bytes! > 300_000 && bytes! < 500_000, String(bytes));
    assert.ok(maxBytes! > bytes! && maxBytes! < 8 * 1024 * 1024, String(maxBytes));
  });
});
