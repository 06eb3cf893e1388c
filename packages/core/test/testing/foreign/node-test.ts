import { describe, it } from 'node:test';
import type { LocalBus } from '@uno-cache/core/testing';
import { busSuite, localBus, tierSuite } from '@uno-cache/core/testing';
import { NaiveTier } from '../naive-tier.ts';

tierSuite({ describe, it }, { create: () => new NaiveTier() });

const buses = new WeakMap<object, LocalBus>();
busSuite(
  { describe, it },
  {
    create: (context) => {
      const bus = buses.get(context)?.fork() ?? localBus();
      buses.set(context, bus);
      return bus;
    },
  },
);
