import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Cache } from '../../src/index.ts';
import { aCache, aTier, twoTiers } from './setting.ts';

const reads: [string, (cache: Cache<never>) => Promise<unknown> | unknown][] = [
  ['get', (cache) => cache.get('k')],
  ['getMany', (cache) => cache.getMany(['k'])],
  ['getOrSet', (cache) => cache.getOrSet('k', () => assert.fail('loaded'))],
  ['getOrSetMany', (cache) => cache.getOrSetMany(['k'], () => assert.fail('loaded'))],
  ['sync.get', (cache) => cache.sync.get('k')],
  ['sync.getMany', (cache) => cache.sync.getMany(['k'])],
  ['sync.getOrSet', (cache) => cache.sync.getOrSet('k', () => assert.fail('loaded'))],
  ['sync.getOrSetMany', (cache) => cache.sync.getOrSetMany(['k'], () => assert.fail('loaded'))],
];

const looks: typeof reads = [
  ['has', (cache) => cache.has('k')],
  ['getEntry', (cache) => cache.getEntry('k')],
];

describe('sliding', () => {
  it.each(reads)('true: %s grants the whole ttl anew', async (_, read) => {
    const { cache, clock } = aCache({ ttl: 10, sliding: true });
    await cache.set('k', 'v');
    for (let turn = 0; turn < 5; turn++) {
      clock.advance('9s');
      await read(cache);
    }
    assert.equal((await cache.getEntry('k'))?.expiresAt, clock.now() + 10_000);
    clock.advance('10s');
    assert.equal(await cache.get('k'), undefined);
  });

  it.each(looks)('%s grants nothing', async (_, look) => {
    const { cache, clock } = aCache({ ttl: 10, sliding: true });
    await cache.set('k', 'v');
    clock.advance('9s');
    await look(cache);
    clock.advance('1s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('a duration: so much idle time, within the ttl', async () => {
    const { cache, clock } = aCache({ ttl: 25, sliding: 10 });
    await cache.set('idle', 'v');
    await cache.set('used', 'v');
    clock.advance('9s');
    assert.equal(await cache.get('used'), 'v');
    clock.advance('1s');
    assert.equal(await cache.get('idle'), undefined);
    clock.advance('8s');
    assert.equal(await cache.get('used'), 'v');
    clock.advance('6.9s');
    assert.equal(await cache.get('used'), 'v');
    clock.advance('100ms');
    assert.equal(await cache.get('used'), undefined);
  });

  it('goes on after a touch, which moves the end of what nobody reads', async () => {
    const { cache, clock } = aCache({ ttl: '1h', sliding: '5m' });
    await cache.setMany({ idle: 'v', used: 'v' });
    for (const key of ['idle', 'used']) await cache.touch(key, '10s');
    clock.advance('9s');
    assert.equal(await cache.get('used'), 'v');
    clock.advance('1s');
    assert.equal(await cache.get('idle'), undefined);
    assert.equal((await cache.getEntry('used'))?.expiresAt, clock.now() + 299_000);
  });

  it('is never longer than the ttl', async () => {
    const { cache, clock } = aCache({ ttl: 10, sliding: 60 });
    await cache.set('k', 'v');
    clock.advance('9s');
    await cache.get('k');
    clock.advance('1s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('without an end of the ttl goes on as long as somebody reads', async () => {
    const { cache, clock } = aCache({ ttl: Infinity, sliding: 10 });
    await cache.set('k', 'v');
    for (let turn = 0; turn < 100; turn++) {
      clock.advance('9s');
      assert.equal(await cache.get('k'), 'v');
    }
    clock.advance('10s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('does not slide by a stale hit', async () => {
    const { cache, clock } = aCache({ ttl: 10, sliding: true, staleWhileRevalidate: 10 });
    await cache.set('k', 'v');
    clock.advance('11s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('9s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('slides in all tiers, by hits in the near one', async () => {
    const { cache, clock } = twoTiers({ ttl: 10, sliding: true });
    await cache.set('k', 'v');
    for (let turn = 0; turn < 5; turn++) {
      await clock.advanceAsync('9s');
      assert.equal(await cache.get('k'), 'v');
      await clock.flush();
    }
    await clock.advanceAsync('10s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('ends with the idle time in a tier with an override as well', async () => {
    const { cache, clock } = aCache({ tiers: [aTier('only')], ttl: 100, sliding: 10 });
    await cache.set('k', 'v', { tiers: { only: { ttl: 30 } } });
    clock.advance('9s');
    assert.equal(await cache.get('k'), 'v');
    clock.advance('10s');
    assert.equal(await cache.get('k'), undefined);
  });

  it('keeps the tags alive for as long as it slides', async () => {
    const { cache, clock } = aCache({ ttl: 10, sliding: true, tags: ['t'] });
    await cache.set('k', 'v');
    for (let turn = 0; turn < 5; turn++) {
      clock.advance('9s');
      assert.equal(await cache.get('k'), 'v');
    }
    await cache.invalidateTags(['t']);
    assert.equal(await cache.get('k'), undefined);
  });
});
