import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Cache, SyncCache } from '../../../src/index.ts';
import { createCache } from '../../../src/index.ts';
import { faultyTier, manualClock } from '../../../src/testing/index.ts';
import { NaiveTier } from '../../testing/naive-tier.ts';
import { Model } from './model.ts';

/*
 * One after the other, through either view, a cache answers as the simplest of models does.
 */

const KEYS = ['a', 'b', 'c'] as const;
const OPTIONS = [{ ttl: 5 }, { ttl: 20 }, { ttl: 5, staleWhileRevalidate: 5 }, { ttl: 10, tags: ['t', 'u'] }] as const;

const step = fc.record({
  operation: fc.constantFrom(
    'get',
    'getMany',
    'has',
    'set',
    'setMany',
    'getOrSet',
    'getOrSetMany',
    'delete',
    'deleteMany',
    'touch',
    'expire',
    'invalidateTags',
    'invalidatePattern',
    'clear',
    'wait',
  ),
  isSync: fc.boolean(),
  key: fc.constantFrom(...KEYS),
  other: fc.constantFrom(...KEYS),
  options: fc.constantFrom(...OPTIONS),
  amount: fc.integer({ min: 1, max: 8 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Does the step on both sides, and compares their answers. */
async function compare(view: Cache | SyncCache, model: Model, now: number, value: number, by: Step): Promise<void> {
  const { key, other, options, amount } = by;
  const keys = [...new Set([key, other])];
  const expected = new Map(
    keys.flatMap((each): [string, number][] => {
      const kept = model.get(each, now);
      return kept === undefined ? [] : [[each, kept]];
    }),
  );
  const says = (answer: number | boolean, right: number | boolean): void => {
    if (!keys.some((each) => model.ghosts.has(each))) assert.equal(answer, right);
  };
  switch (by.operation) {
    case 'get':
      return assert.equal(await view.get(key), model.get(key, now));
    case 'getMany':
      return assert.deepEqual(await view.getMany(keys), expected);
    case 'has':
      return assert.equal(await view.has(key), model.get(key, now) !== undefined);
    case 'set':
      await view.set(key, value, options);
      return model.set(key, value, options, now);
    case 'setMany':
      await view.setMany(new Map(keys.map((each) => [each, value])), options);
      for (const each of keys) model.set(each, value, options, now);
      return;
    case 'getOrSet': {
      const kept = model.get(key, now);
      const isFresh = model.isFresh(key, now);
      const got = await view.getOrSet(key, () => value, options);
      // Behind a stale value `cache.sync` has nobody to leave the refresh to: it does it itself.
      if (kept === undefined || (!isFresh && got === value)) assert.equal(got, value);
      else assert.equal(got, kept);
      if (!isFresh) model.set(key, value, options, now);
      return;
    }
    case 'getOrSetMany': {
      const got = await view.getOrSetMany(keys, (missing) => new Map(missing.map((each) => [each, value])), options);
      for (const each of keys) {
        if (model.isFresh(each, now)) assert.equal(got.get(each), expected.get(each));
        else assert.ok([value, expected.get(each)].includes(got.get(each)));
        if (!model.isFresh(each, now)) model.set(each, value, options, now);
      }
      return;
    }
    case 'delete':
      return says(await view.delete(key), model.delete(key, now));
    case 'deleteMany': {
      const count = keys.filter((each) => model.delete(each, now)).length;
      return says(await view.deleteMany(keys), count);
    }
    case 'touch':
      return says(await view.touch(key, amount), model.touch(key, amount, now));
    case 'expire':
      return says(await view.expire(key), model.expire(key, now));
    case 'invalidateTags':
      await view.invalidateTags(['t']);
      return model.invalidateTag('t');
    case 'invalidatePattern':
      await view.invalidatePattern(`[${key}${other}]*`);
      return model.deletePattern(`[${key}${other}]*`);
    case 'clear':
      await view.clear();
      return model.deleteWhere(() => true);
    case 'wait':
      throw new Error('Waiting is for the clock.');
  }
}

describe('one after the other', () => {
  it.each([1, 2])(
    'both views of a cache of %s tiers answer as a map would',
    async (count) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
          const clock = manualClock();
          const tiers = Array.from({ length: count }, (_, at) => faultyTier(new NaiveTier(), { name: `tier ${at}` }));
          const cache = createCache({ tiers, clock });
          const model = new Model();
          for (const [at, each] of steps.entries()) {
            if (each.operation === 'wait') await clock.advanceAsync(1000 * each.amount);
            else await compare(each.isSync ? cache.sync : cache, model, clock.now(), at, each);
            await clock.flush();
            for (const key of KEYS) assert.equal(cache.sync.get(key), await cache.get(key));
          }
          await cache.close();
          assert.equal(clock.pending, 0);
        }),
        { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) },
      );
    },
    120_000,
  );
});
