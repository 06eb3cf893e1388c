import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Tier } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { faultyTier, manualClock } from '@uno-cache/core/testing';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import { afterAll, describe, expect, it } from 'vitest';
import { hashRing, sharded } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Those of which something is left when garbage has been collected. */
async function living(references: readonly WeakRef<object>[]): Promise<number> {
  for (let tries = 0; tries < 10; tries++) {
    await setImmediate();
    collect();
  }
  return references.filter((reference) => reference.deref() !== undefined).length;
}

const directory = mkdtempSync(join(tmpdir(), 'uno-cache-lifetime-'));
afterAll(() => rmSync(directory, { recursive: true }));

const clock = manualClock();
const ring = hashRing(['a', 'b']);
/** Over tiers that hold nothing of closed caches themselves. */
function twoShards(name: string) {
  const shard = (node: string) => file({ name: node, directory: join(directory, name, node) });
  const first = faultyTier(shard('a'), { async: true });
  return { first, tier: sharded(ring, { a: first, b: shard('b') }) };
}

describe('a sharded tier that outlives its caches', () => {
  const useAndClose = async (tier: Tier, namespaces: readonly string[]) => {
    const nearTiers: WeakRef<object>[] = [];
    const use = async (namespace: string): Promise<void> => {
      const near = memory();
      nearTiers.push(new WeakRef(near));
      const cache = createCache({ namespace, tiers: [near, tier], regions: { part: { ttl: '1m' } }, clock });
      await cache.set('k', 1);
      await cache.region('part').set('k', 1);
      await cache.clear();
      await cache.close();
    };
    for (const namespace of namespaces) await use(namespace);
    return nearTiers;
  };

  it('keeps nothing of them once they are closed', async () => {
    const { tier } = twoShards('closed');
    await using stays = createCache({ namespace: 'stays', tiers: [tier], clock });
    const nearTiers = await useAndClose(tier, ['a', 'a', 'b', 'stays']);
    expect(await living(nearTiers)).toBe(0);
    await stays.set('kept', 2);
    expect(await stays.get('kept')).toBe(2);
  });

  it('delivers what a closed cache left for a shard that was down, and then forgets it', async () => {
    const { first: shard, tier } = twoShards('left');
    await using stays = createCache({ namespace: 'stays', tiers: [tier], clock });
    // Not made on the way: an error whose stack nobody has read holds what is on it.
    shard.fail('clear', new Error('down'));
    const nearTiers = await useAndClose(tier, ['gone']);
    await living(nearTiers);
    expect(tier.undelivered).toBeGreaterThan(0);
    shard.heal();
    await clock.advanceAsync('1m');
    expect(tier.undelivered).toBe(0);
    expect(shard.calls.filter(({ op, region }) => op === 'clear' && region === 'part').length).toBeGreaterThan(1);
    expect(await living(nearTiers)).toBe(0);
    expect(await stays.get('k')).toBeUndefined();
  });

  it('goes on telling a cache that is open of what became of its shards', async () => {
    const inner = memory();
    // It has nothing to report, and lets go of who would hear it.
    const open: Tier['open'] = (scope, host) => inner.open(scope, { ...host, report: () => {} });
    const shard = faultyTier({ name: 'mute', can: inner.can, open, ping: () => {}, close: () => {} }, { async: true });
    await using cache = createCache({ tiers: [sharded(ring, { a: shard, b: { ...shard.inner } })], clock });
    const told: string[] = [];
    cache.on('error', ({ error }) => void told.push(error.message));
    cache.on('delivered', ({ tier: name, count }) => void told.push(`${count} delivered to ${name}`));
    await living([]);
    shard.fail('clear').once();
    await cache.clear();
    await clock.advanceAsync('1m');
    expect(told).toEqual([expect.stringMatching(/^Shard "a": /), '1 delivered to sharded']);
  });
});
