import { describe, it } from 'vitest';
import type { FaultyTierPlan } from '../../src/testing/index.ts';
import { faultyTier, localBus, tierSuite } from '../../src/testing/index.ts';
import { corrupt, NaiveByteTier } from './naive-byte-tier.ts';
import { TOO_LONG } from './naive-keyspace.ts';
import { NaiveTier } from './naive-tier.ts';

const tooLarge = (): string => 'x'.repeat(TOO_LONG + 1);

describe('a naive tier', () => {
  tierSuite({ describe, it }, { create: () => new NaiveTier(), tooLarge });
});

describe('a naive tier of bytes', () => {
  tierSuite({ describe, it }, { create: () => new NaiveByteTier(), corrupt, tooLarge });
});

describe('a faulty tier without faults', () => {
  tierSuite({ describe, it }, { create: () => faultyTier(new NaiveTier()), tooLarge });
});

describe('a faulty tier that answers with promises', () => {
  tierSuite({ describe, it }, { create: () => faultyTier(new NaiveTier(), { async: true }), tooLarge });
});

describe('a faulty tier that plays a shared one', () => {
  const inner = new WeakMap<object, NaiveTier>();
  tierSuite(
    { describe, it },
    {
      create: (context) => {
        if (!inner.has(context)) inner.set(context, new NaiveTier());
        return faultyTier(inner.get(context)!, { shared: true, async: true, keepOpen: true });
      },
      tooLarge,
    },
  );
});

describe('a faulty tier that announces', () => {
  const plan = (): FaultyTierPlan => ({ bus: localBus(), announces: true, async: true });
  tierSuite({ describe, it }, { create: () => faultyTier(new NaiveTier(), plan()) });
});

describe('a faulty tier without abilities', () => {
  tierSuite({ describe, it }, { create: () => faultyTier(new NaiveTier(), { leases: false, lists: false }) });
});
