import { createCache } from '@uno-cache/core';
import type { LocalBus } from '@uno-cache/core/testing';
import { faultyTier, localBus, manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { describe, expect, it } from 'vitest';
import { busMembership, hotKeyOwner } from '../../src/index.ts';

function cluster(size: number) {
  const clock = manualClock();
  const root = localBus();
  const server = memory({ name: 'server' });
  const start = (index: number) => {
    const bus: LocalBus = root.fork();
    const membership = busMembership(bus, { group: 'shop', self: `p${index}`, clock, onError: () => {} });
    const far = faultyTier(server, { name: 'far', shared: true, async: true, keepOpen: true });
    const cache = createCache({
      name: 'shop',
      tiers: [far],
      bus: false,
      clock,
      ttl: '10s',
      staleWhileRevalidate: '1m',
    });
    const hot = hotKeyOwner({ cache, membership });
    let loads = 0;
    const read = (key: string) => hot.getOrSet(key, () => `load ${++loads} of p${index}`);
    return { bus, membership, cache, hot, read, loads: () => loads };
  };
  const processes = Array.from({ length: size }, (_, index) => start(index));
  const close = async () => {
    await Promise.all(processes.flatMap(({ cache, membership }) => [cache.close(), membership.close()]));
    await server.close();
  };
  return { clock, processes, start, close };
}

describe('hotKeyOwner()', () => {
  it('names one owner for each key, the same in every process', async () => {
    const { processes, close } = cluster(4);
    const owners = new Set<string>();
    for (let key = 0; key < 100; key++) {
      const named = processes.map(({ hot }) => hot.ownerOf(`k${key}`));
      expect(new Set(named).size).toBe(1);
      expect(processes.filter(({ hot }) => hot.owns(`k${key}`))).toHaveLength(1);
      owners.add(named[0]!);
    }
    expect([...owners].sort()).toEqual(['p0', 'p1', 'p2', 'p3']);
    await close();
  });

  it('lets the owner alone refresh; the others serve what is stale', async () => {
    const { clock, processes, close } = cluster(4);
    const owner = processes.find(({ hot }) => hot.owns('hot'))!;
    const others = processes.filter((each) => each !== owner);
    const first = await others[0]!.read('hot'); // nothing to serve: whoever comes loads
    await clock.advanceAsync('11s');
    for (const other of others) expect(await other.read('hot')).toBe(first);
    await clock.flush();
    expect(others.map(({ loads }) => loads())).toEqual([1, 0, 0]);
    expect(await owner.read('hot')).toBe(first);
    await clock.flush();
    expect(owner.loads()).toBe(1);
    expect(await others[2]!.read('hot')).toMatch(/^load 1 of p/);
    expect(await others[2]!.read('hot')).not.toBe(first);
    await close();
  });

  it('replaces an owner that dies within the limit, and one that leaves at once', async () => {
    const { clock, processes, close } = cluster(3);
    const owner = processes.find(({ hot }) => hot.owns('hot'))!;
    const others = processes.filter((each) => each !== owner);
    const named = () => new Set(others.map(({ hot }) => hot.ownerOf('hot')));
    await clock.advanceAsync('10s');
    expect(named()).toEqual(new Set([owner.membership.self]));
    owner.bus.disconnect(); // as a process that was killed: nothing is heard of it any more
    await clock.advanceAsync('1900ms');
    expect(named()).toEqual(new Set([owner.membership.self]));
    await clock.advanceAsync('1100ms');
    expect(named().has(owner.membership.self)).toBe(false);
    expect(named().size).toBe(1);
    // It comes back with its next heartbeat.
    owner.bus.reconnect();
    await clock.advanceAsync('1s');
    expect(named()).toEqual(new Set([owner.membership.self]));
    await owner.membership.close();
    expect(named().has(owner.membership.self)).toBe(false);
    await close();
    expect(clock.pending).toBe(0);
  });

  it('refuses what is no membership, and what is no cache', async () => {
    const { processes, close } = cluster(1);
    const { cache, membership } = processes[0]!;
    expect(() => hotKeyOwner({ cache, membership: {} as never })).toThrow(/membership must be/);
    expect(() => hotKeyOwner({ cache: {} as never, membership })).toThrow(/cache\.getOrSet/);
    expect(() => busMembership({} as never, { group: 'g' })).toThrow(/bus must be/);
    expect(() => busMembership(localBus(), { group: 'g', limit: '1s' })).toThrow(/limit must be/);
    await close();
  });
});

describe('busMembership()', () => {
  it('knows who comes, at once and in both directions', async () => {
    const { processes, start, close } = cluster(2);
    const late = start(7);
    for (const { membership } of [...processes, late]) expect(membership.members()).toEqual(['p0', 'p1', 'p7']);
    await Promise.all([late.membership.close(), late.cache.close(), close()]);
    expect(processes[0]!.bus.links).toBe(0);
  });

  it('keeps groups apart, and tells of heartbeats that could not be sent', async () => {
    const clock = manualClock();
    const bus = localBus();
    const errors: unknown[] = [];
    const one = busMembership(bus, { group: 'one', self: 'a', clock, onError: (error) => errors.push(error) });
    const two = busMembership(bus, { group: 'two', self: 'b', clock });
    expect(one.members()).toEqual(['a']);
    bus.failPublish();
    await clock.advanceAsync('1s');
    expect(errors).toHaveLength(1);
    await Promise.all([one.close(), two.close(), one.close()]);
  });
});
