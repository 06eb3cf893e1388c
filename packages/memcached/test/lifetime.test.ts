import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Tier, TierHost } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { expect, it, onTestFinished } from 'vitest';
import { memcached } from '../src/index.ts';
import { eventually } from './eventually.ts';
import { startServer } from './start-server.ts';

/** The tier, with a note of whom it is opened for. */
function noting(tier: Tier, hosts: WeakRef<TierHost>[]): Tier {
  return Object.create(tier, {
    open: {
      value: (...[scope, host]: Parameters<Tier['open']>) => {
        hosts.push(new WeakRef(host));
        return tier.open(scope, host);
      },
    },
    ping: { value: () => tier.ping() },
    close: { value: () => tier.close() },
  }) as Tier;
}

it('a tier keeps nothing of caches that were closed before it', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const server = await startServer();
  onTestFinished(() => server.stop());
  const hosts: WeakRef<TierHost>[] = [];
  const tier = noting(memcached({ servers: server.address }), hosts);
  await using stays = createCache({ namespace: 'stays', tiers: [tier] });
  await stays.set('kept', 1);
  const kept = hosts.length;
  const openAndClose = async (namespace: string): Promise<void> => {
    const cache = createCache({ namespace, tiers: [tier], regions: { part: { ttl: '1m' } } });
    await cache.set('k', 1);
    await cache.region('part').set('k', 1);
    await cache.close();
  };
  for (const namespace of ['a', 'a', 'b', 'stays']) await openAndClose(namespace);
  expect(hosts.length).toBeGreaterThan(kept);
  await eventually('they are gone', async () => {
    await setImmediate();
    collect();
    return hosts.slice(kept).every((host) => host.deref() === undefined);
  });
  expect(await stays.get('kept')).toBe(1);
}, 20_000);
