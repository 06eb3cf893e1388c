import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keySlot } from '../src/connection/key-slot.ts';
import { redis } from '../src/index.ts';
import type { TestCluster } from './start-cluster.ts';
import { eventually, startCluster } from './start-cluster.ts';
import type { Server } from './start-server.ts';

const FORMING_MS = 30_000;
/** Keys of one slot. */
const KEYS = Array.from({ length: 40 }, (_, index) => `{moving}:${index}`);
/** More than are looked through in one go. */
const MANY = 10_000;
const SLOT = keySlot('{moving}');

describe('a slot that moves from one master to another', () => {
  let cluster: TestCluster;
  let source: Server;
  let target: Server;
  let cache: Cache;
  const errors: string[] = [];

  const idOf = async ({ admin }: Server): Promise<string> => String(await admin.call('cluster', 'myid'));
  const move = (name: string): Promise<unknown> =>
    source.admin.call('migrate', '127.0.0.1', target.port, name, 0, 5_000);

  beforeAll(async () => {
    cluster = await startCluster();
    const owner = Math.floor(SLOT / Math.ceil(16_384 / 3));
    source = cluster.masters[owner]!;
    target = cluster.masters[(owner + 1) % 3]!;
    cache = createCache({ namespace: 'slot', tiers: [redis({ cluster: cluster.nodes })] });
    cache.on('error', ({ error, operation, key }) => void errors.push(`${operation} ${key}: ${error.message}`));
    await eventually(async () => {
      await cache.setMany(KEYS.map((key): [string, string] => [key, key]));
      return (await cache.getMany(KEYS)).size === KEYS.length;
    });
    await cache.setMany(Array.from({ length: MANY }, (_, index): [string, number] => [`{moving}:p${index}`, index]));
    errors.length = 0;
    await target.admin.call('cluster', 'setslot', SLOT, 'importing', await idOf(source));
    await source.admin.call('cluster', 'setslot', SLOT, 'migrating', await idOf(target));
    for (const key of KEYS.slice(0, 20)) await move(`slot::${key}`);
  }, FORMING_MS);
  afterEach(() => {
    expect(errors).toEqual([]);
  });
  afterAll(async () => {
    await cache.close();
    await cluster.stop();
  });

  it('ASK: keys are read, set, deleted and loaded where they are', async () => {
    for (const key of [KEYS[0]!, KEYS[30]!]) {
      expect(await cache.get(key)).toBe(key);
      await cache.set(key, 'new');
      expect(await cache.get(key)).toBe('new');
      await cache.set(key, key);
      expect(await cache.getOrSet(`${key} loaded`, () => 'loaded')).toBe('loaded');
      expect(await cache.delete(`${key} loaded`)).toBe(true);
    }
  });

  it('TRYAGAIN: keys that are on both of them are read and deleted together', async () => {
    expect((await cache.getMany(KEYS)).size).toBe(KEYS.length);
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS);
    expect(await cache.deleteMany([KEYS[1]!, KEYS[31]!])).toBe(2);
    await cache.set('{moving}:tagged', 1, { tags: ['t'] });
    await cache.invalidateTags(['t']);
    expect(await cache.get('{moving}:tagged')).toBe(undefined);
  });

  it('a pattern finds what moves while it is looked for', async () => {
    const before = await source.admin.keys('slot::{moving}:p*');
    expect(before.length).toBe(MANY);
    const invalidated = cache.invalidatePattern('{moving}:p*');
    // As fast as it goes, so that many pass from where is looked last to where was looked first.
    for (let start = 0; start < MANY; start += 500) {
      const names = Array.from({ length: 500 }, (_, index) => `slot::{moving}:p${start + index}`);
      await source.admin.call('migrate', '127.0.0.1', target.port, '', 0, 5_000, 'keys', ...names);
    }
    expect((await invalidated).deferred).toEqual([]);
    const left = await Promise.all([source, target].map(({ admin }) => admin.keys('slot::{moving}:p*')));
    expect(left.flat()).toEqual([]);
  });

  it('MOVED: once it has moved, the other master is asked', async () => {
    for (const name of await source.admin.keys('slot::{moving}*')) await move(name);
    const id = await idOf(target);
    for (const { admin } of [target, source, ...cluster.masters]) {
      await admin.call('cluster', 'setslot', SLOT, 'node', id);
    }
    expect(await cache.get(KEYS[0]!)).toBe(KEYS[0]);
    await cache.clear();
    expect(await target.admin.keys('slot:*')).toEqual([]);
  });
});

describe('a master that joins the cluster', () => {
  let cluster: TestCluster;
  let cache: Cache;
  beforeAll(async () => {
    cluster = await startCluster();
  }, FORMING_MS);
  afterAll(async () => {
    await cache.close();
    await cluster.stop();
  });

  it('a pattern finds what has moved to it a moment ago', async () => {
    const joined = await cluster.join();
    cache = createCache({ namespace: 'joined', tiers: [redis({ cluster: cluster.nodes, bus: false })] });
    await eventually(async () => {
      await cache.set('{moving}:1', 'old');
      return (await cache.get('{moving}:1')) === 'old';
    });
    const source = cluster.masters[Math.floor(SLOT / Math.ceil(16_384 / 3))]!;
    const id = async ({ admin }: Server): Promise<string> => String(await admin.call('cluster', 'myid'));
    await joined.admin.call('cluster', 'setslot', SLOT, 'importing', await id(source));
    await source.admin.call('cluster', 'setslot', SLOT, 'migrating', await id(joined));
    await source.admin.call('migrate', '127.0.0.1', joined.port, 'joined::{moving}:1', 0, 5_000);
    for (const { admin } of [joined, source]) await admin.call('cluster', 'setslot', SLOT, 'node', await id(joined));
    expect(await cache.invalidatePattern('{moving}:*')).toEqual({ done: ['redis'], deferred: [] });
    expect(await joined.admin.keys('*')).toEqual([]);
    expect(await cache.get('{moving}:1')).toBe(undefined);
  }, 30_000);
});

describe('a cluster that does not serve a slot', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, FORMING_MS);
  afterAll(() => cluster.stop());

  it('CLUSTERDOWN: the factory answers in time, and the error says what is the matter', async () => {
    const tier = redis({ cluster: cluster.nodes, commandTimeout: '800ms' });
    await using cache = createCache({ namespace: 'down', tiers: [tier] });
    const messages: string[] = [];
    cache.on('error', ({ error }) => void messages.push(error.message));
    await eventually(async () => {
      await cache.set('k', 1);
      return (await cache.get('k')) === 1;
    });
    await Promise.all([cluster.masters[0]!.kill(), cluster.replicas[0]!.kill()]);
    const [alive] = [cluster.masters[1]!];
    await eventually(async () => /cluster_state:fail/.test(String(await alive.admin.call('cluster', 'info'))));
    await eventually(async () => {
      const began = performance.now();
      expect(await cache.getOrSet(`k${began}`, () => 'loaded')).toBe('loaded');
      expect(performance.now() - began).toBeLessThan(2_500);
      return /does not serve this slot/.test(messages.join('\n'));
    });
  }, 30_000);
});
