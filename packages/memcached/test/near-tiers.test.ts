import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { localBus } from '@uno-cache/core/testing';
import { fileBus } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { memcached } from '../src/index.ts';
import { startChild } from './child.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

let servers: TestServer[];
beforeAll(async () => {
  servers = await Promise.all([startServer(), startServer(), startServer()]);
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const addresses = (): string[] => servers.map(({ address }) => address);

/** What a reader in another process has seen: when it began the last read of each value. */
interface Reading {
  readonly lastRead: Readonly<Record<string, number>>;
  readonly nearHits: number;
}

/** Counts up, while another process reads from its memory; gives how long after each set the number before was read. */
async function countWhileRead(cache: Cache, directory: string, maxStalenessS: number): Promise<number[]> {
  const END = 60;
  const PAUSE_MS = 20;
  await cache.set('counter', 0);
  const child = startChild('reader', addresses().join(), directory, maxStalenessS, END);
  await child.says('reading');
  const confirmedAt: number[] = [];
  for (let number = 1; number <= END; number++) {
    await cache.set('counter', number);
    confirmedAt[number] = performance.timeOrigin + performance.now();
    await setTimeout(PAUSE_MS);
  }
  const { lastRead, nearHits } = await child.result<Reading>();
  expect(nearHits).toBeGreaterThan(1_000);
  return confirmedAt.map((at, number) => {
    const older = Object.entries(lastRead).filter(([value]) => Number(value) < number);
    return Math.max(...older.map(([, readAt]) => readAt)) - at;
  });
}

describe('a process with a memory tier in front', () => {
  it('serves nothing that another has set, once the bus has told', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'uno-cache-bus-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    await using cache = createCache({
      namespace: 'near',
      tiers: [memory(), memcached({ servers: addresses() })],
      bus: fileBus({ directory }),
      maxStaleness: '1h',
    });
    const behind = await countWhileRead(cache, directory, 3600);
    // A message takes about a millisecond; the rest is for a machine that does other things beside.
    expect(Math.max(...behind.slice(1))).toBeLessThan(500);
  }, 60_000);

  it('is no more than maxStaleness behind without a bus', async () => {
    await using cache = createCache({
      namespace: 'near',
      tiers: [memory(), memcached({ servers: addresses() })],
      bus: false,
      maxStaleness: '300ms',
    });
    const behind = await countWhileRead(cache, '', 0.3);
    expect(Math.max(...behind.slice(1))).toBeLessThan(300 + 50);
  }, 60_000);
});

describe('with a bus', () => {
  it.each([
    ['set', (cache: Cache) => cache.set('user:1', 'new')],
    ['delete', (cache: Cache) => cache.delete('user:1')],
    ['expire', (cache: Cache) => cache.expire('user:1')],
    ['invalidateTags', (cache: Cache) => cache.invalidateTags(['users'])],
    ['invalidatePattern', (cache: Cache) => cache.invalidatePattern('user:*')],
    ['clear', (cache: Cache) => cache.clear()],
    [
      'getOrSet after a delete',
      async (cache: Cache) => {
        await cache.delete('user:1');
        await cache.getOrSet('user:1', () => 'new');
      },
    ],
  ] as const)('%s reaches the copies of the others', async (name, change) => {
    const bus = localBus();
    const open = (): Cache =>
      createCache({
        namespace: `told of ${name}`,
        tiers: [memory(), memcached({ servers: addresses() })],
        bus,
        maxStaleness: '1h',
      });
    await using one = open();
    await using two = open();
    await one.set('user:1', 'old', { tags: ['users'] });
    expect(await two.get('user:1')).toBe('old');
    const { hits = 0 } = two.stats().tiers.memory ?? {};
    expect(await two.get('user:1')).toBe('old');
    expect(two.stats().tiers.memory?.hits).toBe(hits + 1);
    await change(one);
    await eventually('the copy is gone', async () => (await two.get('user:1')) !== 'old');
    expect(await two.get('user:1')).toBe(await one.get('user:1'));
  });
});
