import { taggedJson } from '@uno-cache/core';
import type { LocalBus } from '@uno-cache/core/testing';
import { busSuite, faultyTier, localBus, tierSuite } from '@uno-cache/core/testing';
import type { MemoryOptions } from '@uno-cache/memory';
import { memory } from '@uno-cache/memory';
import { describe, it } from 'vitest';
import { hashRing, sharded } from '../../src/index.ts';

const NODES = ['a', 'b', 'c'] as const;
const ring = hashRing(NODES);
const tooLarge = (): string => 'x'.repeat(2_000_000);
const forNodes = <T>(make: (node: string) => T): Record<(typeof NODES)[number], T> => ({
  a: make('a'),
  b: make('b'),
  c: make('c'),
});

describe.each([{}, { serializer: taggedJson }])('sharded() over memory(%o)', (options: MemoryOptions) => {
  const create = () =>
    sharded(
      ring,
      forNodes((name) => memory({ ...options, name, maxBytes: '1mb' })),
    );
  tierSuite({ describe, it }, { create, tooLarge });
});

describe('sharded() over tiers of other kinds: one serializes by itself, one answers later', () => {
  const create = () =>
    sharded(ring, {
      a: memory({ maxBytes: '1mb', serializer: taggedJson }),
      b: faultyTier(memory({ maxBytes: '1mb', serializer: { ...taggedJson, id: 'other' } }), { async: true }),
      c: memory({ maxEntries: 100_000, policy: 'lru', serializer: taggedJson }),
    });
  tierSuite({ describe, it }, { create });
});

describe('sharded() over tiers that processes share, and that announce changes on buses of their own', () => {
  const places = new WeakMap<object, () => ReturnType<typeof sharded>>();
  const create = (context: object) => {
    const servers = forNodes((name) => memory({ name, maxBytes: '1mb' }));
    const buses = forNodes((name) => localBus({ name }));
    const open = new Set<object>();
    const connect = (node: (typeof NODES)[number]) => {
      const plan = {
        shared: true,
        async: true,
        bus: buses[node].fork(),
        announces: true as const,
        // Asked as this one closes: the last one closes the server.
        get keepOpen() {
          open.delete(plan);
          return open.size >= NODES.length;
        },
      };
      open.add(plan);
      return faultyTier(servers[node], plan);
    };
    const another =
      places.get(context) ??
      (() =>
        sharded(
          ring,
          forNodes((node) => connect(node as 'a')),
        ));
    places.set(context, another);
    return another();
  };
  tierSuite({ describe, it }, { create });
});

describe('the bus of sharded()', () => {
  const parts = new WeakMap<object, LocalBus[]>();
  const places = new WeakMap<object, LocalBus[]>();
  busSuite(
    { describe, it },
    {
      create: (context) => {
        const root = places.get(context) ?? NODES.map((name) => localBus({ name }));
        places.set(context, root);
        const here = root.map((bus) => bus.fork());
        const { bus } = sharded(
          ring,
          forNodes((node) => faultyTier(memory(), { bus: here[NODES.indexOf(node as 'a')]! })),
        );
        parts.set(bus!, here);
        return bus!;
      },
      interrupt: async (bus, meanwhile) => {
        for (const part of parts.get(bus)!) part.disconnect();
        await meanwhile();
        for (const part of parts.get(bus)!) part.reconnect();
      },
    },
  );
});
