import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { BusReceiver, Cache, CacheEvents, CacheOptions } from '@uno-cache/core';
import { createCache, systemClock } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { file, fileBus, threadBus } from '../src/index.ts';
import { startChild } from './child.ts';
import { databaseIn } from './corrupt-row.ts';
import { tempDirectory } from './temp-directory.ts';

/** A cache as each process of a host has it: memory in front of the directory that they share. */
function open(directory: string, options: CacheOptions = {}): Cache {
  const cache = createCache({ name: 'shop', tiers: [memory(), file({ directory })], ...options });
  onTestFinished(() => cache.close());
  return cache;
}

function next<K extends keyof CacheEvents>(cache: Cache, event: K): Promise<CacheEvents[K]> {
  return new Promise((resolve) => {
    const stop = cache.on(event, (payload) => {
      stop();
      resolve(payload);
    });
  });
}

it('the next process starts warm, with tags and all', async () => {
  const directory = tempDirectory();
  const before = open(directory);
  await before.set('city:1', { name: 'Oslo', founded: new Date(0) }, { tags: ['cities'] });
  await before.getOrSet('city:2', () => new Map([['name', 'Bergen']]));
  await before.close();
  const after = open(directory);
  expect(await after.get('city:1')).toEqual({ name: 'Oslo', founded: new Date(0) });
  expect((await after.getEntry('city:2'))?.tier).toBe('file');
  expect((await after.getEntry('city:2'))?.value).toEqual(new Map([['name', 'Bergen']]));
  await after.invalidateTags(['cities']);
  expect(await after.get('city:1')).toBeUndefined();
});

it('sync and async are the same entries', async () => {
  const cache = open(tempDirectory());
  cache.sync.set('a', 1);
  expect(await cache.get('a')).toBe(1);
  const setting = cache.set('b', 2);
  expect(cache.sync.getOrSet('c', () => 3)).toBe(3);
  await setting;
  expect(cache.sync.getMany(['a', 'b', 'c'])).toEqual(
    new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]),
  );
  expect(cache.sync.deleteMany(['a', 'b'])).toBe(2);
  cache.sync.invalidatePattern('c*');
  expect(await cache.get('c')).toBeUndefined();
});

it('what is queued is committed before the cache is closed', async () => {
  const directory = tempDirectory();
  const cache = open(directory);
  const setting = Promise.all(Array.from({ length: 100 }, (_, index) => cache.set(`key:${index}`, index)));
  await cache.close();
  await setting.catch(() => {});
  const after = open(directory);
  expect((await after.getMany(Array.from({ length: 100 }, (_, index) => `key:${index}`))).size).toBe(100);
});

/** Puts a message into the log as it stands. */
function publish(directory: string, message: string): void {
  const database = new DatabaseSync(databaseIn(directory));
  try {
    database.exec("BEGIN IMMEDIATE; UPDATE ledger SET seq = seq + 1 WHERE name = ''");
    const row = "INSERT INTO changes SELECT seq, 'x', 'shop', published, ? FROM ledger WHERE name = ''";
    database.prepare(row).run(message);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

describe('near copies of other caches', () => {
  const changes: Readonly<Record<string, (cache: Cache) => unknown>> = {
    set: (cache) => cache.set('k', 'new'),
    'sync.set': (cache) => cache.sync.set('k', 'new'),
    setMany: (cache) => cache.setMany({ k: 'new' }),
    delete: (cache) => cache.delete('k'),
    deleteMany: (cache) => cache.deleteMany(['k']),
    expire: (cache) => cache.expire('k'),
    pattern: (cache) => cache.invalidatePattern('k*'),
    tags: (cache) => cache.invalidateTags(['tag']),
    clear: (cache) => cache.clear(),
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`are gone soon after ${name}, by the bus alone`, async () => {
      const directory = tempDirectory();
      const [here, there] = [open(directory), open(directory)];
      await here.set('k', 'old', { tags: ['tag'] });
      expect(await there.get('k')).toBe('old');
      expect((await there.getEntry('k'))?.tier).toBe('memory');
      await change(here);
      await expect.poll(() => there.get('k')).not.toBe('old');
    });
  }

  it('are dropped when more was published than is kept', async () => {
    const directory = tempDirectory();
    const [here, there] = [open(directory), open(directory)];
    await here.set('k', 'old');
    expect(await there.get('k')).toBe('old');
    const gap = next(there, 'bus-gap');
    // In one turn of the event loop, so that the other end cannot keep up.
    for (let index = 0; index < 11_000; index++) here.sync.delete(`other:${index}`);
    here.sync.set('k', 'new');
    expect((await gap).reason).toBe('more was published than is kept');
    await expect.poll(() => there.get('k')).toBe('new');
  }, 30_000);

  it.each([
    '{"kind":"delete","keys":["k"',
    '{"kind":"delete","sender":"x","region":"","at":0}',
    '{"kind":"of-a-later-version","sender":"x","region":"","at":0,"keys":["k"]}',
    'null',
  ])('are dropped when a message cannot be read, and what comes after it is: %s', async (unreadable) => {
    const directory = tempDirectory();
    const [here, there] = [open(directory), open(directory)];
    await here.setMany({ k: 'old', later: 'old' });
    expect(await there.getMany(['k', 'later'])).toEqual(new Map(Object.entries({ k: 'old', later: 'old' })));
    const gap = next(there, 'bus-gap');
    publish(directory, unreadable);
    await here.set('k', 'new');
    expect((await gap).reason).toBe('a message could not be read');
    await expect.poll(() => there.get('k')).toBe('new');
    await here.set('later', 'new');
    await expect.poll(() => there.get('later')).toBe('new');
    await expect.poll(async () => (await there.getEntry('k'))?.tier).toBe('memory');
  });

  it('are dropped when the database is replaced', async () => {
    const directory = tempDirectory();
    const [here, there] = [open(directory), open(directory)];
    await here.set('k', 'old');
    expect(await there.get('k')).toBe('old');
    const gap = next(there, 'bus-gap');
    rmSync(directory, { recursive: true });
    await here.set('k', 'new');
    await gap;
    await expect.poll(() => there.get('k')).toBe('new');
  });

  it('stay when a process that has published more than is kept hears of another', async () => {
    const directory = tempDirectory();
    const [here, there] = [open(directory), open(directory)];
    await here.set('near', 'value');
    const gaps: string[] = [];
    here.on('bus-gap', ({ reason }) => void gaps.push(reason));
    for (let round = 0; round < 110; round++) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => here.delete(`mine:${round}:${index}`)));
    }
    const heard = next(here, 'invalidate');
    await there.delete('another');
    expect(await heard).toMatchObject({ remote: true, target: ['another'] });
    expect(gaps).toEqual([]);
    expect((await here.getEntry('near'))?.tier).toBe('memory');
  }, 30_000);

  it('follow over a bus of its own as well', async () => {
    const [directory, busDirectory] = [tempDirectory(), tempDirectory()];
    const tiers = () => [memory(), file({ directory, bus: false })];
    const here = open(directory, { tiers: tiers(), bus: fileBus({ directory: busDirectory }) });
    const there = open(directory, { tiers: tiers(), bus: fileBus({ directory: busDirectory }) });
    await here.set('k', 'old');
    expect(await there.get('k')).toBe('old');
    await here.delete('k');
    await expect.poll(() => there.get('k')).toBeUndefined();
  });

  it('in worker threads are dropped when a message over threadBus is of a version that is not known', async () => {
    const channel = `later-${process.pid}`;
    const cache = createCache({ name: 'shop', tiers: [memory()], bus: threadBus({ channel }) });
    onTestFinished(() => cache.close());
    await cache.set('k', 'old');
    const gap = next(cache, 'bus-gap');
    const later = new BroadcastChannel(channel);
    onTestFinished(() => later.close());
    later.postMessage({ unoCache: 1, namespace: 'shop', message: { kind: 'of-a-later-version', keys: ['k'] } });
    expect((await gap).reason).toBe('a message could not be read');
    expect(await cache.get('k')).toBeUndefined();
  });

  it('in worker threads follow over threadBus', async () => {
    const channel = `test-${process.pid}`;
    const worker = new Worker(join(import.meta.dirname, 'processes', 'thread.ts'), {
      workerData: channel,
      execArgv: ['--conditions=@uno-cache/source'],
    });
    onTestFinished(() => void worker.terminate());
    const heard: unknown[] = [];
    const said = (count: number): Promise<unknown> => expect.poll(() => heard.length).toBe(count);
    worker.on('message', (message) => void heard.push(message));
    await said(1);
    const here = createCache({ name: 'shop', tiers: [memory()], bus: threadBus({ channel }) });
    await here.delete('k');
    await said(2);
    expect(heard).toEqual(['old', undefined]);
    await here.close();
  });
});

it('a process with a closed cache exits by itself, and so does one that only listens', async () => {
  const directory = tempDirectory();
  for (const how of ['close', 'leave open']) {
    const child = startChild('short', directory, how);
    expect(await child.next()).toBe('value');
    expect(await child.ended()).toBe(0);
  }
});

it('a listener that throws hears of a gap, and the others hear on', async () => {
  const bus = fileBus({ directory: tempDirectory() });
  onTestFinished(() => bus.close());
  const heard: string[] = [];
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const broken: BusReceiver = {
    receive: () => {
      throw new Error('broken');
    },
    gap: resolve,
    current: () => {},
  };
  const sound: BusReceiver = {
    receive: (message) => void heard.push('keys' in message ? message.keys.join() : ''),
    gap: (reason) => void heard.push(reason),
    current: () => {},
  };
  const link = bus.join('shop', broken, systemClock);
  bus.join('shop', sound, systemClock);
  for (const key of ['a', 'b']) await link.publish({ kind: 'delete', sender: '', region: '', at: 0, keys: [key] });
  expect(await told).toBe('a message could not be taken');
  expect(heard).toEqual(['a', 'b']);
});
