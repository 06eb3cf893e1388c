import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Cache, CacheEvents } from '@uno-cache/core';
import { createCache, systemClock } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { memory } from '@uno-cache/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileOptions } from '../src/index.ts';
import { file, fileBus } from '../src/index.ts';
import { startChild } from './child.ts';
import { databaseIn } from './corrupt-row.ts';
import { diskUsage, tempDirectory } from './temp-directory.ts';

const MB = 1_048_576;
const text = 'x'.repeat(1_000);

interface Opened {
  readonly cache: Cache;
  readonly directory: string;
  readonly evicted: CacheEvents['evict'][];
}

function open(options: Partial<FileOptions>, rest: Parameters<typeof createCache>[0] = {}): Opened {
  const { directory = tempDirectory(), ...others } = options;
  const cache = createCache({ name: 'shop', tiers: [file({ directory, ...others })], ...rest });
  const evicted: CacheEvents['evict'][] = [];
  cache.on('evict', (event) => void evicted.push(event));
  onTestFinished(() => cache.close());
  return { cache, directory, evicted };
}

describe('maxBytes covers what du sees', () => {
  for (const maxBytes of [1, 4, 16]) {
    it(`of ${maxBytes} MB, while three times as much is written one by one, in batches and over each other`, async () => {
      const { cache, directory, evicted } = open({ maxBytes: `${maxBytes}mb`, durability: 'process' });
      const rounds = maxBytes * 30;
      let most = 0;
      for (let round = 0; round < rounds; round++) {
        const batch = Array.from({ length: 60 }, (_, index): [string, unknown] => [`many:${round}:${index}`, text]);
        await cache.setMany(new Map(batch));
        for (let index = 0; index < 40; index++) cache.sync.set(`one:${(round * 40 + index) % 997}`, { round, text });
        most = Math.max(most, diskUsage(directory));
      }
      expect(most).toBeLessThanOrEqual(maxBytes * MB);
      // The space is used, not only kept.
      expect(most).toBeGreaterThan(0.6 * maxBytes * MB);
      expect(evicted.length).toBeGreaterThan(0);
      expect(evicted.every(({ cause }) => cause === 'size')).toBe(true);
    }, 30_000);
  }

  it('with large values in files of their own', async () => {
    const { cache, directory } = open({ maxBytes: '16mb' });
    for (let index = 0; index < 60; index++) {
      const value = String(index % 10).repeat(300_000 + index * 10_000);
      await cache.set(`large:${index % 40}`, value);
      expect((await cache.get(`large:${index % 40}`)) === value, `value ${index}`).toBe(true);
      expect(diskUsage(directory)).toBeLessThanOrEqual(16 * MB);
    }
    expect(readdirSync(join(directory, 'values')).length).toBeGreaterThan(10);
    await cache.clear();
    expect(readdirSync(join(directory, 'values'))).toEqual([]);
  });

  it('when four processes write at once', async () => {
    const directory = tempDirectory();
    const children = Array.from({ length: 4 }, (_, index) => startChild('filler', directory, `${index}`));
    for (const child of children) expect(await child.next()).toBe('ready');
    for (const child of children) child.send('fill');
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, diskUsage(directory));
    }, 5);
    for (const child of children) expect(await child.next()).toEqual([]);
    clearInterval(watching);
    expect(most).toBeLessThanOrEqual(8 * MB);
    expect(most).toBeGreaterThan(4 * MB);
  }, 30_000);

  it('and one that was lowered takes effect with the next writes', async () => {
    const directory = tempDirectory();
    const before = open({ directory, maxBytes: '16mb', durability: 'process' });
    for (let index = 0; index < 8_000; index++) before.cache.sync.set(`key:${index}`, text);
    await before.cache.close();
    expect(diskUsage(directory)).toBeGreaterThan(8 * MB);
    const after = open({ directory, maxBytes: '4mb', durability: 'process' });
    for (let index = 0; index < 500; index++) after.cache.sync.set(`new:${index}`, text);
    await after.cache.close();
    expect(diskUsage(directory)).toBeLessThanOrEqual(4 * MB);
  });

  it('and what was set aside counts, unless it would take more than half', async () => {
    const directory = tempDirectory();
    writeFileSync(join(directory, 'cache-v1-1.db'), 'x'.repeat(MB));
    const { cache } = open({ directory, maxBytes: '4mb', durability: 'process' });
    for (let index = 0; index < 5_000; index++) cache.sync.set(`key:${index}`, text);
    expect(statSync(join(directory, 'damaged-1.db')).size).toBe(MB);
    expect(diskUsage(directory)).toBeLessThanOrEqual(4 * MB);
    const other = tempDirectory();
    writeFileSync(join(other, 'cache-v1-1.db'), 'x'.repeat(3 * MB));
    const small = open({ directory: other, maxBytes: '4mb' });
    await small.cache.set('k', 1);
    expect(statSync(join(other, 'damaged-1.db')).size).toBe(0);
  });
});

describe('the file shrinks again', () => {
  for (const [name, shrink] of Object.entries({
    clear: (cache: Cache) => cache.clear(),
    'a pattern': (cache: Cache) => cache.invalidatePattern('key:*'),
    'deletes of all keys': (cache: Cache) => cache.deleteMany(Array.from({ length: 5_000 }, (_, at) => `key:${at}`)),
  })) {
    it(`after ${name}`, async () => {
      const { cache, directory } = open({ maxBytes: '64mb' });
      const entries = Array.from({ length: 5_000 }, (_, index): [string, unknown] => [`key:${index}`, text]);
      await cache.setMany(new Map(entries));
      await shrink(cache);
      for (let index = 0; index < 300; index++) cache.sync.set('other', index);
      await cache.close();
      expect(statSync(databaseIn(directory)).size).toBeLessThan(MB);
    });
  }
});

describe('maxEntries', () => {
  it('holds, in batches too, and the oldest go first', async () => {
    const { cache, evicted } = open({ maxEntries: 100 });
    for (let index = 0; index < 150; index++) await cache.set(`key:${index}`, index);
    expect(cache.stats().tiers.file?.size).toBe(100);
    expect(evicted.map(({ key }) => key)).toContain('key:0');
    expect(await cache.get('key:149')).toBe(149);
    await cache.setMany(new Map(Array.from({ length: 300 }, (_, index) => [`many:${index}`, index])));
    expect(cache.stats().tiers.file?.size).toBeLessThanOrEqual(100);
    expect(await cache.get('many:299')).toBe(299);
  });

  it('spares what is read', async () => {
    const { cache } = open({ maxEntries: 200 });
    for (let index = 0; index < 50; index++) await cache.set(`hot:${index}`, index);
    for (let index = 0; index < 2_000; index++) {
      await cache.set(`cold:${index}`, index);
      await cache.get(`hot:${index % 50}`);
    }
    const hot = await cache.getMany(Array.from({ length: 50 }, (_, index) => `hot:${index}`));
    expect(hot.size).toBeGreaterThan(45);
  });

  it('spares what another process reads and has written down', async () => {
    const directory = tempDirectory();
    const writer = open({ directory, maxBytes: '1mb', bus: false, durability: 'process' });
    const reader = open({ directory, maxBytes: '1mb', bus: false, durability: 'process' });
    await writer.cache.set('hot', text);
    for (let index = 0; index < 2_000; index++) {
      await writer.cache.set(`cold:${index}`, text);
      expect((await reader.cache.get('hot')) === text, `after ${index}`).toBe(true);
      if (index % 20 === 0) await reader.cache.set('own', index);
    }
  });
});

describe('entries that are over', () => {
  it('go first, a few with each write, and are told of', async () => {
    const clock = manualClock();
    const { cache, evicted } = open({}, { clock });
    for (let index = 0; index < 100; index++) await cache.set(`short:${index}`, index, { ttl: '1m' });
    await cache.set('long', 1, { ttl: '1d' });
    clock.advance('2m');
    for (let index = 0; index < 10; index++) await cache.set('other', index);
    expect(evicted.map(({ cause }) => cause)).toEqual(Array.from({ length: 100 }, () => 'expired'));
    expect(cache.stats().tiers.file?.size).toBe(2);
    expect(await cache.get('long')).toBe(1);
  });
});

it('files that a killed process has left are swept', async () => {
  const directory = tempDirectory();
  const before = open({ directory });
  await before.cache.set('large', 'x'.repeat(400_000));
  await before.cache.close();
  const values = join(directory, 'values');
  const [kept = ''] = readdirSync(values);
  const orphans = ['a', 'b'].map((letter) => letter.repeat(32));
  for (const name of [...orphans, 'fresh'.padEnd(32, '0').replace(/[^0-9a-f]/g, '0')]) {
    writeFileSync(join(values, name), 'left behind');
  }
  for (const name of [kept, ...orphans]) utimesSync(join(values, name), 1_000_000_000, 1_000_000_000);
  const after = open({ directory });
  await after.cache.set('k', 1);
  await expect.poll(() => readdirSync(values).some((name) => orphans.includes(name))).toBe(false);
  // What is named is kept, and what may just be being written.
  expect(readdirSync(values)).toHaveLength(2);
  expect((await after.cache.get('large')) === 'x'.repeat(400_000)).toBe(true);
});

it('what a bus alone writes into the directory of a small tier takes no room from entries for long', async () => {
  const directory = tempDirectory();
  const { cache, evicted } = open({ directory, maxBytes: '1mb', bus: false });
  for (let index = 0; index < 100; index++) await cache.set(`key:${index}`, text);
  const bus = fileBus({ directory });
  onTestFinished(() => bus.close());
  const link = bus.join('other', { receive: () => {}, gap: () => {}, current: () => {} }, systemClock);
  const about = { kind: 'delete', sender: '', region: '', at: 0 } as const;
  for (let index = 0; index < 2_000; index++) await link.publish({ ...about, keys: [`${index}${text}`] });
  for (let index = 0; index < 100; index++) await cache.set(`key:${index}`, text);
  expect(evicted).toEqual([]);
  expect((await cache.getMany(Array.from({ length: 100 }, (_, index) => `key:${index}`))).size).toBe(100);
});

it('a tier that stays open keeps nothing of the caches that came and went', async () => {
  const tier = file({ directory: tempDirectory() });
  const staying = createCache({ name: 'staying', tiers: [tier] });
  onTestFinished(() => staying.close());
  const gone = await Promise.all(
    Array.from({ length: 5 }, async (_, index) => {
      const near = memory();
      const cache = createCache({ name: `going-${index}`, tiers: [near, tier] });
      await cache.set('k', index);
      await cache.close();
      return new WeakRef(near);
    }),
  );
  // What a promise was resolved with lives until the next turn of the event loop, at least.
  await expect.poll(() => collected(gone)).toBe(gone.length);
  await staying.set('k', 1);
  expect(await staying.get('k')).toBe(1);
});

function collected(references: readonly WeakRef<object>[]): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return references.filter((each) => each.deref() === undefined).length;
}
