import { createCache } from '@uno-cache/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { startChild } from './child.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** The longest between two probes is 2.5 s; the rest is for what follows, and for a machine that does other things. */
const BOUND_MS = 5_000;
const KEYS = Array.from({ length: 60 }, (_, index) => `key-${index}`);

let servers: TestServer[];
beforeAll(async () => {
  servers = await Promise.all([startServer(), startServer(), startServer()]);
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

it('what a process deletes that cannot reach a server is gone for those that can, by its next probe', async () => {
  const addresses = servers.map(({ address }) => address);
  await using cache = createCache({ namespace: 'cut-off', tiers: [memcached({ servers: addresses })] });
  const child = startChild('cut-off', addresses.join(), servers[1]!.port, ...KEYS);
  await child.says('gave up');
  // That it gave up is seen first, which makes all that the server has void.
  await eventually('all keys are kept', async () => {
    await cache.setMany(KEYS.map((key) => [key, 'old'] as const));
    await new Promise((resolve) => setTimeout(resolve, 600));
    return (await cache.getMany(KEYS)).size === KEYS.length;
  });
  child.process.stdin!.write('delete\n');
  await child.says('deleted');
  const deletedAt = performance.now();
  // Those of the server that both do not see alike are still there.
  expect((await cache.getMany(KEYS)).size).toBeLessThan(KEYS.length);
  await eventually('they are gone', async () => (await cache.getMany(KEYS)).size === 0);
  expect(performance.now() - deletedAt).toBeLessThan(BOUND_MS);
  child.process.stdin!.end();
}, 60_000);
