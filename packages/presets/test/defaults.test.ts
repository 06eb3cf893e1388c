import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cache, CacheExtension, CacheOptions } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { manualClock } from '@uno-cache/core/testing';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';
import { redis } from '@uno-cache/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PresetOptions } from '../src/index.ts';
import {
  developmentDefaults,
  explain,
  fromEnv,
  productionDefaults,
  serverlessDefaults,
  testDefaults,
} from '../src/index.ts';
import type { TestRedis } from './start-redis.ts';
import { freePort, startRedis } from './start-redis.ts';

/** The copy that the presets load: the test runner makes another of what is imported. */
const { monitorOf } = createRequire(import.meta.url)('@uno-cache/monitoring') as typeof import('@uno-cache/monitoring');

let server: TestRedis;
const directory = mkdtempSync(join(tmpdir(), 'uno-cache-presets-'));

beforeAll(async () => {
  server = await startRedis('hunter2');
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

const tierNames = ({ tiers = [] }: CacheOptions): string[] => tiers.map(({ name }) => name);

/** What every cache has to do, over whatever tiers. */
async function tryCache(options: CacheOptions): Promise<void> {
  await using cache = createCache({ ...options, namespace: `n${Math.random()}` });
  const errors: unknown[] = [];
  cache.on('error', ({ error }) => errors.push(error));
  await cache.set('a', new Map([[1, new Date(0)]]), { tags: ['t'] });
  expect(await cache.get('a')).toEqual(new Map([[1, new Date(0)]]));
  expect(await cache.getOrSet('b', () => 2)).toBe(2);
  expect(await cache.invalidateTags(['t'])).toMatchObject({ deferred: [] });
  expect(await cache.get('a')).toBeUndefined();
  expect(await cache.delete('b')).toBe(true);
  expect(errors).toEqual([]);
}

const presets: readonly (readonly [string, (options: PresetOptions & { readonly redis: string }) => CacheOptions])[] = [
  ['developmentDefaults()', developmentDefaults],
  ['productionDefaults()', productionDefaults],
  ['testDefaults()', testDefaults],
  ['serverlessDefaults()', serverlessDefaults],
];

describe.each(presets)('%s', { timeout: 20_000 }, (_, preset) => {
  it('makes a cache over memory and a real Redis', async () => {
    const options = preset({ redis: server.url });
    expect(tierNames(options)).toEqual(['memory', 'redis']);
    await tryCache(options);
  });

  it('makes a cache over memory and a directory, beside a Redis or without one', async () => {
    const both = preset({ file: { directory: join(directory, 'both'), maxBytes: '8mb' }, redis: server.url });
    expect(tierNames(both)).toEqual(['memory', 'file', 'redis']);
    await tryCache(both);
    const alone = preset({ file: join(directory, 'alone'), redis: false as never });
    expect(tierNames(alone)).toEqual(['memory', 'file']);
    await tryCache(alone);
  });

  it('takes tiers as they are, in the place of its own', async () => {
    const given = { memory: memory({ name: 'm' }), file: file({ name: 'f', directory: join(directory, 'given') }) };
    const far = redis({ name: 'r', url: server.url });
    const options = preset({ ...given, redis: far as never });
    expect(options.tiers).toEqual([given.memory, given.file, far]);
    await tryCache(options);
    const own = memory({ name: 'own' });
    expect(preset({ tiers: [own] } as never).tiers).toEqual([own]);
  });

  it('puts options over its own, and keeps the others', () => {
    const before = preset({ redis: server.url });
    const after = preset({ redis: server.url, ttl: '42s', staleIfError: '3s' });
    expect(after).toMatchObject({ ttl: '42s', staleIfError: '3s', jitter: before.jitter });
    expect(preset({ redis: server.url, ttl: undefined } as never).ttl).toBe(before.ttl);
    expect(preset({ memory: false, redis: server.url }).tiers).toHaveLength(1);
    expect(preset({ memory: false, redis: false, regions: { own: { tiers: [memory()] } } } as never).tiers).toEqual([]);
  });

  it.each([
    ['an unknown option', { redis: 'redis://h', tll: 1 }, /did you mean "ttl"/],
    ['an unknown tier', { redis: 'redis://h', reddis: 'redis://h' }, /did you mean "redis"/],
    ['an unknown option of a tier', { redis: { url: 'redis://h', commandTimout: 1 } }, /did you mean "commandTimeout"/],
    ['an unknown option of memory', { redis: false, memory: { maxEntry: 1 } }, /did you mean "maxEntries"/],
    ['no tier at all', { redis: false, memory: false }, /memory must be options or a tier where .* got false/],
    ['a Redis without a URL', { redis: {} }, /redis\.url must be the URL of a server; got undefined/],
    [
      'another number for one',
      { redis: 6379 },
      /redis must be the URL of a server, options, a tier, or false; got 6379/,
    ],
    ['a URL of something else', { redis: 'http://h' }, /redis\.url must be redis:\/\/host:port.*got http:\/\/h/],
    ['no options for memory', { redis: false, memory: null }, /memory must be options, a tier, or false; got null/],
    ['no directory', { redis: false, file: { maxBytes: 1 } }, /file\.directory must be/],
    ['tiers beside those of its own', { tiers: [memory()], memory: {} }, /tiers stand in the place of memory/],
    ['what are no options', 'redis://h', /options must be an object/],
  ])('refuses %s', (__, options, message) => {
    expect(() => preset(options as never)).toThrow(TypeError);
    expect(() => preset(options as never)).toThrow(message);
  });

  it.each([
    'http://user:hunter2@host',
    'redis:hunter2@host',
    'redis//:hunter2@host',
    'redis://user:hun/ter2@host',
    'hunter2@host',
    'redis://?password=hunter2',
  ])('repeats no password of a wrong URL: %s', (url) => {
    const call = () => preset({ redis: url });
    expect(call).toThrow(TypeError);
    expect(call).not.toThrow(/hun\/?ter2/);
  });

  it('serves bytes from memory too, whatever it says of isolation', async () => {
    const { serializer } = { serializer: { id: 'j', encode: encoded, decode: decoded } };
    await tryCacheOfText(preset({ redis: false as never, memory: { serializer } }));
  });
});

const encoded = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const decoded = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

async function tryCacheOfText(options: CacheOptions): Promise<void> {
  await using cache = createCache(options);
  await cache.set('a', ['text']);
  expect(await cache.get('a')).toEqual(['text']);
}

describe('productionDefaults()', { timeout: 20_000 }, () => {
  it('wants to know where processes share entries', () => {
    expect(() => productionDefaults({} as never)).toThrow(/redis must be .*, or false for a service of one process/);
    expect(() => productionDefaults(undefined as never)).toThrow(TypeError);
    expect(tierNames(productionDefaults({ redis: false }))).toEqual(['memory']);
  });

  it('serves what has just ended at once, and answers for a source that is down', async () => {
    const clock = manualClock();
    await using cache = createCache(productionDefaults({ redis: false, jitter: 0, earlyRefresh: 0, clock }));
    await cache.set('k', 'old');
    await clock.advanceAsync('630s');
    expect(await cache.get('k')).toBe('old');
    await clock.advanceAsync('10m');
    const down = () => Promise.reject(new Error('down'));
    expect(await cache.getOrSet('k', down)).toBe('old');
    await clock.advanceAsync('1h');
    await expect(cache.getOrSet('k', down)).rejects.toThrow('down');
  });

  it('lets near copies in other processes go at once, over the bus', async () => {
    const options = { name: `bus${Math.random()}`, redis: server.url };
    await using here = createCache(productionDefaults(options));
    await using there = createCache(productionDefaults(options));
    await here.set('k', 1);
    expect(await there.get('k')).toBe(1);
    await here.delete('k');
    // Sooner than a copy would be looked at without a bus.
    await expect.poll(() => there.get('k'), { timeout: 8_000 }).toBeUndefined();
  });

  it('gives a cache the regions that it is given', () => {
    const cache = createCache(productionDefaults({ redis: false, regions: { profiles: { ttl: '1m' } } }));
    expect(() => cache.region('profile' as never)).toThrow(expect.objectContaining({ code: 'UNKNOWN_REGION' }));
    expect(cache.region('profiles').name).toBe('cache');
    return cache.close();
  });
});

describe('monitoring', { timeout: 20_000 }, () => {
  it('serves the metrics of the cache for as long as it is open', async () => {
    const port = await freePort();
    const options = productionDefaults({ name: 'shop', redis: server.url, monitoring: { port } });
    expect(explain(options)).toMatch(new RegExp(`^monitoring\\.port +${port} +override$`, 'm'));
    const cache = createCache(options);
    await cache.getOrSet('k', () => 1);
    expect(await cache.get('k')).toBe(1);
    const metrics = () =>
      fetch(`http://127.0.0.1:${port}/metrics`).then(
        (answer) => answer.text(),
        () => 'nobody answers',
      );
    await expect.poll(metrics, { timeout: 8_000 }).toMatch(/^cache_hits_total\{.*cache="shop".*\} 1$/m);
    await cache.close();
    expect(await metrics()).toBe('nobody answers');
  });

  it('comes beside other extensions, and without a server where no port is given', async () => {
    const made: unknown[] = [];
    const extension: CacheExtension = (cache) => void made.push(cache);
    await using cache = createCache(testDefaults({ extensions: [extension], monitoring: { interval: '1s' } }));
    expect(made).toHaveLength(1);
    expect(monitorOf(made[0] as Cache)?.getStats().hits).toBe(0);
    expect(testDefaults({ monitoring: false }).extensions).toBeUndefined();
    expect(await cache.get('k')).toBeUndefined();
  });

  it.each([
    ['a port that is none', { port: -5 }, /port must be an integer from 0 to 65535; got -5/],
    ['a host that others reach, without a token', { port: 0, host: '0.0.0.0' }, /token must be/],
    ['a host without a port', { host: 'localhost' }, /host says nothing without port/],
    ['a number', 9090, /monitoring must be options as \{ port: 9090 \}, or false; got 9090/],
    ['an unknown option', { prt: 1 }, /did you mean "port"/],
  ])('refuses %s', (_, monitoring, message) => {
    expect(() => testDefaults({ monitoring } as never)).toThrow(TypeError);
    expect(() => testDefaults({ monitoring } as never)).toThrow(message);
  });
});

describe('serverlessDefaults()', { timeout: 20_000 }, () => {
  it('holds no connection that listens', async () => {
    const options = serverlessDefaults({ name: 'fn', redis: server.url });
    expect(options.bus).toBe(false);
    expect(options.tiers?.at(-1)?.bus).toBeUndefined();
    await using cache = createCache(options);
    await cache.set('k', 1);
    expect(await server.admin.client('LIST')).not.toMatch(/cmd=xread/);
  });

  it('checks a copy in memory in the shared tier once it is two seconds old', async () => {
    const clock = manualClock(Date.now());
    const open = () => createCache(serverlessDefaults({ name: `fn${clock.now()}`, redis: server.url, clock }));
    await using here = open();
    await using there = open();
    await here.set('k', 1);
    expect(await there.get('k')).toBe(1);
    await here.set('k', 2);
    expect(await there.get('k')).toBe(1);
    clock.advance('2s');
    expect(await there.get('k')).toBe(2);
  });
});

describe('developmentDefaults() and testDefaults()', () => {
  it.each([developmentDefaults, testDefaults])('show code that changes what it got', async (preset) => {
    await using cache = createCache(preset());
    await cache.set('user', { name: 'Ada', friends: [1] });
    const user = (await cache.get<{ friends: number[] }>('user'))!;
    expect(() => user.friends.push(2)).toThrow(TypeError);
  });

  it('leave nothing to chance in tests', async () => {
    const { jitter, earlyRefresh, staleWhileRevalidate } = testDefaults();
    expect({ jitter, earlyRefresh, staleWhileRevalidate }).toEqual({
      jitter: 0,
      earlyRefresh: 0,
      staleWhileRevalidate: 0,
    });
    await using cache = createCache(testDefaults({ memory: { maxEntries: 3 } }));
    for (const key of ['a', 'b', 'c', 'd']) await cache.set(key, key);
    expect([...(await cache.getMany(['a', 'b', 'c', 'd'])).keys()]).toEqual(['b', 'c', 'd']);
  });
});

describe('a process', () => {
  it('may make two caches of the same options', async () => {
    const options = fromEnv({ UNO_CACHE_PRESET: 'test' });
    await using one = createCache({ ...options, name: 'one' });
    await using two = createCache({ ...options, name: 'two' });
    await one.set('k', 1);
    expect(await two.get('k')).toBeUndefined();
  });
});
