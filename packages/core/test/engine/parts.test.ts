import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Keyspace, Scope, Tier, TierHost } from '../../src/index.ts';
import { CacheError, createCache } from '../../src/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';

const DOWN = 'down:';

/** A tier that keeps by itself what its part for keys with `down:` does not confirm. */
class PartedTier implements Tier {
  readonly #inner = new NaiveTier();
  readonly name = 'parted';
  readonly can = { ...this.#inner.can, shared: true };
  undelivered = 0;
  host: TierHost | undefined;

  open(scope: Scope, host: TierHost): Keyspace {
    this.host = host;
    const space = this.#inner.open(scope, host);
    const refuse = (key: string): void => {
      if (key.startsWith(DOWN)) throw new CacheError('PART_DOWN', 'A part is down.');
    };
    return Object.assign(Object.create(space) as Keyspace, {
      get: (key: string, now: number) => {
        refuse(key);
        return space.get(key, now);
      },
      delete: (key: string, now: number) => {
        if (key.startsWith(DOWN)) this.undelivered++;
        refuse(key);
        return space.delete(key, now);
      },
      deletePattern: () => {
        this.undelivered++;
        refuse(DOWN);
      },
    });
  }

  ping(): void {}

  close(): void {
    this.#inner.close();
  }
}

describe('a tier with parts that fail by themselves', () => {
  const open = () => {
    const tier = new PartedTier();
    const cache = createCache({ tiers: [tier], bus: false, clock: manualClock() });
    const told: unknown[] = [];
    cache.on('breaker', () => told.push('breaker'));
    cache.on('error', ({ error }) => told.push(error.code));
    cache.on('deferred', ({ kept }) => told.push(`kept ${kept}`));
    cache.on('delivered', ({ count }) => told.push(`delivered ${count}`));
    return { tier, cache, told };
  };

  it('is never skipped as a whole, and tells by itself what failed', async () => {
    const { cache, told } = open();
    await cache.set('up:1', 1);
    for (let times = 0; times < 5; times++) assert.equal(await cache.get(`${DOWN}1`), undefined);
    assert.equal(await cache.get('up:1'), 1);
    assert.deepEqual(told, []);
    await cache.close();
  });

  it('keeps by itself what it did not confirm; the result and an event say so', async () => {
    const { tier, cache, told } = open();
    await cache.set('up:1', 1);
    await assert.rejects(cache.delete(`${DOWN}1`), { code: 'TIER_FAILED' });
    assert.deepEqual(await cache.invalidatePattern('*'), { done: [], deferred: ['parted'] });
    assert.deepEqual(told, ['kept 1', 'kept 2']);
    assert.equal(await cache.get('up:1'), 1, 'what it serves is its own affair');
    tier.undelivered = 0;
    tier.host?.report({ kind: 'delivered', all: false, keys: [`${DOWN}1`], patterns: ['*'] });
    assert.deepEqual(told.slice(2), ['delivered 2']);
    await cache.close();
  });
});
