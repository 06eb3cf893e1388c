import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { createCache } from '../../src/index.ts';
import type { Bus, BusMessage } from '../../src/ports/bus.ts';
import type { Keyspace } from '../../src/ports/keyspace.ts';
import type { Tier } from '../../src/ports/tier.ts';
import { manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';

/** A bus that takes each message in its own time. */
function slowBus(taken: BusMessage[]): Bus {
  return {
    name: 'slow',
    join: () => ({
      publish: async (message) => {
        await Promise.resolve();
        taken.push(message);
      },
      leave: () => {},
    }),
    ping: () => {},
    close: () => {},
  };
}

describe('cache.sync on a bus that takes its time', () => {
  it('announces every change in order, and waits for none', async () => {
    const taken: BusMessage[] = [];
    const clock = manualClock();
    const cache = createCache({ tiers: [new NaiveTier()], bus: slowBus(taken), clock });
    cache.sync.set('a', 1);
    cache.sync.setMany({ b: 2, c: 3 });
    cache.sync.touch('a', '5m');
    cache.sync.expire('b');
    cache.sync.delete('a');
    cache.sync.deleteMany(['c']);
    cache.sync.invalidateTags(['t']);
    cache.sync.invalidatePattern('x*');
    cache.sync.clear();
    assert.equal(taken.length, 0);
    await clock.advanceAsync('5s');
    const kinds = taken.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['set', 'set', 'touch', 'expire', 'delete', 'delete', 'tags', 'pattern', 'clear']);
    await cache.close();
  });
});

describe('a tier whose sync view blocks', () => {
  it('is asked through it for cache.sync alone', async () => {
    const inner = new NaiveTier();
    const asked: string[] = [];
    const watched = (view: string, open: Tier['open']): Tier['open'] => {
      return (scope, host) => {
        const space = open.call(inner, scope, host);
        return Object.assign(Object.create(space) as Keyspace, {
          get: (key: string, now: number) => {
            asked.push(view);
            return space.get(key, now);
          },
        });
      };
    };
    const tier: Tier = {
      name: 'far',
      can: { ...inner.can, blocking: true },
      open: watched('async', inner.open),
      sync: { open: watched('sync', inner.open) },
      ping: () => {},
      close: () => inner.close(),
    };
    const cache = createCache({ tiers: [tier], clock: manualClock() });
    await cache.set('k', 1);
    assert.equal(await cache.get('k'), 1);
    assert.deepEqual(asked, ['async']);
    assert.equal(cache.sync.get('k'), 1);
    assert.deepEqual(asked, ['async', 'sync']);
    await cache.close();
  });
});
