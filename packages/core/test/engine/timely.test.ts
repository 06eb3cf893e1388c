import assert from 'node:assert/strict';
import { describe, it, onTestFinished } from 'vitest';
import type { Entry, Keyspace, Tier } from '../../src/index.ts';
import { CacheError, createCache } from '../../src/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';

type Got = Promise<Entry | undefined>;

/** A cache over one tier that keeps its deadlines by itself; each `get` is answered by the test. */
function open() {
  const clock = manualClock();
  const inner = new NaiveTier();
  const asked: { resolve(entry?: Entry): void; reject(error: unknown): void; stored: () => Entry }[] = [];
  let fault: unknown;
  const tier: Tier = {
    name: 'timely',
    can: { ...inner.can, shared: true },
    open: (scope, host) => {
      const space = inner.open(scope, host);
      return Object.assign(Object.create(space) as Keyspace, {
        timely: true,
        get: (key: string, now: number): Got => {
          if (fault !== undefined) throw fault;
          const { promise, resolve, reject } = Promise.withResolvers<Entry | undefined>();
          asked.push({ resolve, reject, stored: () => space.get(key, now) as Entry });
          return promise;
        },
      });
    },
    ping: () => {},
    close: () => inner.close(),
  };
  const cache = createCache({ tiers: [tier], bus: false, clock });
  const told: string[] = [];
  cache.on('breaker', ({ state }) => void told.push(state));
  cache.on('error', ({ error, operation, key }) => void told.push(`${error.code} ${operation} ${key}`));
  onTestFinished(() => cache.close());
  return { cache, clock, asked, told, fail: (error: unknown) => (fault = error) };
}

describe('a tier that keeps to its time-out by itself', () => {
  it('is asked without a deadline', async () => {
    const { cache, clock, asked } = open();
    await cache.set('k', 'v');
    const got = cache.get('k');
    assert.equal(clock.pending, 0);
    asked[0]!.resolve(asked[0]!.stored());
    assert.equal(await got, 'v');
    assert.equal(cache.stats().hits, 1);
  });

  it('opens its breaker when it says that it was too late', async () => {
    const { cache, asked, told } = open();
    const got = cache.get('k');
    asked[0]!.reject(new CacheError('TIMEOUT', 'too late'));
    assert.equal(await got, undefined);
    assert.deepEqual(told, ['open', 'TIMEOUT get k']);
    assert.equal(await cache.get('k'), undefined);
    assert.equal(asked.length, 1, 'it was asked while down');
  });

  it('has failures counted, and forgotten with an answer, as others have', async () => {
    const { cache, asked, told } = open();
    const answers = [true, true, false, true, true, false, true, true, true];
    for (const fails of answers) {
      const got = cache.get('k');
      const { resolve, reject } = asked.at(-1)!;
      if (fails) reject(new Error('refused'));
      else resolve();
      await got;
    }
    assert.deepEqual(
      told.filter((each) => each === 'open'),
      ['open'],
    );
    assert.equal(told.filter((each) => each === 'TIER_FAILED get k').length, 7);
  });

  it('may throw, too', async () => {
    const { cache, told, fail } = open();
    fail(new Error('at once'));
    assert.equal(await cache.get('k'), undefined);
    assert.deepEqual(told, ['TIER_FAILED get k']);
  });
});
