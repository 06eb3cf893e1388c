import assert from 'node:assert/strict';
import { onTestFinished } from 'vitest';
import type { Cache, CacheEventName, CacheEvents, CacheOptions } from '../../src/index.ts';
import { createCache } from '../../src/index.ts';
import type { FaultyTier, FaultyTierPlan, ManualClock } from '../../src/testing/index.ts';
import { faultyTier, manualClock } from '../../src/testing/index.ts';
import { NaiveTier } from '../testing/naive-tier.ts';

export interface Setting<R extends string> {
  readonly cache: Cache<R>;
  readonly clock: ManualClock;
  /** The first tier: it records its calls and fails on request. */
  readonly near: FaultyTier;
  /** The farthest tier; the near one where there is only one. */
  readonly far: FaultyTier;
}

/** A tier in maps that records its calls. */
export function aTier(name: string, plan: FaultyTierPlan = {}): FaultyTier {
  return faultyTier(new NaiveTier(), { name, ...plan });
}

/** A cache over one tier that answers at once, unless the options say otherwise. It must leave no timer behind. */
export function aCache<const R extends string = never>(options: CacheOptions<R> = {}): Setting<R> {
  const near = aTier('near');
  return overTiers(near, near, { tiers: [near], ...options });
}

/** A cache over a tier that answers at once and a farther one that answers with promises. */
export function twoTiers<const R extends string = never>(
  options: CacheOptions<R> = {},
  plans: { readonly near?: FaultyTierPlan; readonly far?: FaultyTierPlan } = {},
): Setting<R> {
  const near = aTier('near', plans.near);
  const far = aTier('far', { async: true, ...plans.far });
  return overTiers(near, far, { tiers: [near, far], ...options });
}

function overTiers<R extends string>(near: FaultyTier, far: FaultyTier, options: CacheOptions<R>): Setting<R> {
  const clock = manualClock();
  const cache = createCache<R>({ clock, ...options });
  onTestFinished(async () => {
    await cache.close();
    assert.equal(clock.pending, 0, 'a timer was left behind');
  });
  return { cache, clock, near, far };
}

/** The tier loses a key behind the cache's back, as by eviction. */
export function loseFrom(tier: FaultyTier, key: string, scope: { namespace?: string; region?: string } = {}): void {
  // Opened by the cache before: the same keyspace is given back, whoever asks.
  void tier.inner.open({ namespace: 'cache', region: '', ...scope }, undefined as never).delete(key, 0);
}

/** Notes the payloads of an event from now on. */
export function hear<E extends CacheEventName>(cache: Cache<never>, event: E): CacheEvents[E][] {
  const heard: CacheEvents[E][] = [];
  cache.on(event, (payload) => void heard.push(payload));
  return heard;
}

/** A factory that counts its runs and gives the values in turn, the last one for ever. */
export function counting<V>(...values: readonly V[]): { (): V; readonly runs: number } {
  let runs = 0;
  const factory = (): V => values[Math.min(runs++, values.length - 1)] as V;
  return Object.defineProperty(factory, 'runs', { get: () => runs }) as { (): V; readonly runs: number };
}

/** A factory that has to be told when to answer, and with what. */
export function held<V>(): { factory: () => Promise<V>; give: (value: V) => void; fail: (error: unknown) => void } {
  const { promise, resolve, reject } = Promise.withResolvers<V>();
  return { factory: () => promise, give: resolve, fail: reject };
}
