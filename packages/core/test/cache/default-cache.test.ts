import assert from 'node:assert/strict';
import { afterEach, describe, it, vi } from 'vitest';
import { getCache, setDefaultCache } from '../../src/index.ts';
import { aCache } from './setting.ts';

afterEach(() => setDefaultCache(undefined));

describe('the default cache', () => {
  it('is NO_DEFAULT_CACHE before it is set', () => {
    assert.throws(() => getCache(), { code: 'NO_DEFAULT_CACHE' });
  });

  it('is the one that was set last', () => {
    const [one, two] = [aCache().cache, aCache().cache];
    setDefaultCache(one);
    assert.equal(getCache(), one);
    setDefaultCache(two);
    assert.equal(getCache(), two);
    setDefaultCache(undefined);
    assert.throws(() => getCache(), { code: 'NO_DEFAULT_CACHE' });
  });

  it('is one for the process, even with two copies of core', async () => {
    const { cache } = aCache();
    setDefaultCache(cache);
    vi.resetModules();
    const copy = await import('../../src/index.ts');
    assert.notEqual(copy.getCache, getCache);
    assert.equal(copy.getCache(), cache);
  });

  it('may be a region', async () => {
    const { cache } = aCache({ regions: { a: {} } });
    setDefaultCache(cache.region('a'));
    await getCache().set('k', 1);
    assert.equal(await cache.region('a').get('k'), 1);
  });

  it.each([null, 1, 'cache', {}, new Map(), () => {}])('cannot be %s', (value) => {
    assert.throws(() => setDefaultCache(value as never), TypeError);
    assert.throws(() => getCache(), { code: 'NO_DEFAULT_CACHE' });
  });
});
