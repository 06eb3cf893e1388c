import { once } from 'node:events';
import { connect } from 'node:net';
import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { afterEach, describe, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';
import { startProxy } from './tcp-proxy.ts';

const TIMEOUT_MS = 400;
/** The promise allows 50 ms beyond the deadline; the rest is for a machine that does other things beside. */
const GRACE_MS = 400;
const CALLERS = 20;

const cleanups: (() => unknown)[] = [];
const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
  expect(rejections).toEqual([]);
});

async function server(...args: readonly string[]): Promise<TestServer> {
  const started = await startServer(...args);
  cleanups.push(() => started.stop());
  return started;
}

function cacheOn(...servers: readonly string[]): Cache {
  const cache = createCache({
    namespace: 'faults',
    tiers: [memcached({ servers, commandTimeout: `${TIMEOUT_MS}ms` })],
  });
  cleanups.push(() => cache.close());
  return cache;
}

/** Loads many keys at once, each of which has to be answered by its factory in time. */
async function answersInTime(cache: Cache, round: string): Promise<void> {
  const began = performance.now();
  // How late this process's own timers are: on a busy machine, that is no fault of the cache.
  const timer = new Promise<number>((resolve) => setTimeout(() => resolve(performance.now() - began), TIMEOUT_MS));
  const answers = await Promise.all(
    Array.from({ length: CALLERS }, (_, index) => cache.getOrSet(`${round} ${index}`, async () => index)),
  );
  const took = performance.now() - began;
  expect(answers).toEqual(Array.from({ length: CALLERS }, (_, index) => index));
  expect(took).toBeLessThan((took < TIMEOUT_MS ? TIMEOUT_MS : await timer) + GRACE_MS);
  await expect(cache.getOrSet(`${round} again`, () => 'again')).resolves.toBe('again');
}

async function worksAgain(cache: Cache): Promise<void> {
  await eventually('values are kept again', async () => {
    await cache.set('back', 2).catch(() => {});
    return (await cache.get('back')) === 2;
  });
}

describe('one server', () => {
  it('killed, and restarted empty', async () => {
    const one = await server();
    const cache = cacheOn(one.address);
    await cache.set('k', 1);
    await one.kill();
    await answersInTime(cache, 'killed');
    await one.restart();
    await worksAgain(cache);
  });

  it('paused, and going on with what it had: what was deleted meanwhile does not come back', async () => {
    const one = await server();
    const cache = cacheOn(one.address);
    await cache.set('deleted', 'old');
    await cache.set('kept', 'old');
    one.pause();
    await answersInTime(cache, 'paused');
    await cache.delete('deleted').catch(() => {});
    one.resume();
    await eventually('what it had is served again', async () => {
      expect(await cache.get('deleted')).toBeUndefined();
      return (await cache.get('kept')) === 'old';
    });
    expect(await cache.get('deleted')).toBeUndefined();
  });

  it('paused while sets of one key queue up: none of them is made after its caller was told that it failed', async () => {
    const one = await server();
    const cache = cacheOn(one.address);
    await cache.set('k', 'before');
    one.pause();
    const sets = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => cache.set('k', index)));
    expect(sets.every(({ status }) => status === 'rejected')).toBe(true);
    one.resume();
    await worksAgain(cache);
    for (let looks = 0; looks < 20; looks++) {
      expect(await cache.get('k')).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it('blackholed, from the first connection on and in the middle', async () => {
    const one = await server();
    const proxy = await startProxy(one.port);
    cleanups.push(() => proxy.close());
    const [before, after] = [cacheOn(proxy.address), cacheOn(proxy.address)];
    await before.set('k', 1);
    proxy.blackhole();
    await answersInTime(before, 'in the middle');
    await answersInTime(after, 'from the start');
    proxy.restore();
    await worksAgain(before);
  });

  it('with no connection left', async () => {
    const one = await server('-c', '40');
    const crowd = Array.from({ length: 60 }, () => connect(one.port, '127.0.0.1').on('error', () => {}));
    const leave = (): void => {
      for (const socket of crowd) socket.destroy();
    };
    cleanups.push(leave);
    await Promise.all(crowd.map((socket) => once(socket, 'connect')));
    const cache = cacheOn(one.address);
    await answersInTime(cache, 'crowded');
    leave();
    await worksAgain(cache);
  });

  it('with a megabyte of memory, which evicts all the time', async () => {
    const one = await server('-m', '1', '-I', '512k');
    const cache = cacheOn(one.address);
    const value = 'x'.repeat(20_000);
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: 40 }, (_, index) => `${round}:${index}`);
      await Promise.allSettled(keys.map((key) => cache.set(key, value + key)));
      await Promise.all(keys.map((key) => cache.getOrSet(key, () => value + key)));
      for (const [key, found] of await cache.getMany(keys)) expect(found).toBe(value + key);
    }
    await answersInTime(cache, 'evicting');
  });
});

describe('three servers', () => {
  const KEYS = Array.from({ length: 60 }, (_, index) => `key ${index}`);

  async function three(): Promise<TestServer[]> {
    return Promise.all([server(), server(), server()]);
  }

  async function fill(cache: Cache, value: string): Promise<void> {
    // A busy machine may be slower than a deadline, and a server given up for a moment.
    await eventually('all keys are kept', async () => {
      await cache.setMany(KEYS.map((key) => [key, value] as const));
      return (await cache.getMany(KEYS)).size === KEYS.length;
    });
  }

  it.each(['kill', 'pause'] as const)(
    'one that does not answer (%s) is skipped, and its keys go to the others',
    async (how) => {
      const servers = await three();
      const cache = cacheOn(...servers.map(({ address }) => address));
      await fill(cache, 'before');
      await servers[1]![how]();
      await answersInTime(cache, how);
      await cache.setMany(KEYS.map((key) => [key, 'after'] as const));
      const found = await cache.getMany(KEYS);
      expect(found.size).toBe(KEYS.length);
      expect(new Set(found.values())).toEqual(new Set(['after']));
    },
  );

  it('two that do not answer: the third goes on', async () => {
    const servers = await three();
    const cache = cacheOn(...servers.map(({ address }) => address));
    await fill(cache, 'before');
    servers[0]!.pause();
    servers[2]!.pause();
    await answersInTime(cache, 'two away');
    await eventually('the third has all keys', async () => {
      await Promise.allSettled(KEYS.map((key) => cache.set(key, 'after')));
      return [...(await cache.getMany(KEYS)).values()].filter((value) => value === 'after').length === KEYS.length;
    });
  });

  it.each(['the process that saw both outages', 'another process', 'a process that begins'])(
    'what stood in for one during an outage serves none of it in the next, to %s',
    async (who) => {
      const servers = await three();
      const addresses = servers.map(({ address }) => address);
      const [here, there] = [cacheOn(...addresses), cacheOn(...addresses)];
      await fill(here, 'before');
      await fill(there, 'before');
      servers[1]!.pause();
      await fill(here, 'during the first');
      servers[1]!.resume();
      const setsAtTheSecond = async (): Promise<string> =>
        /cmd_set (\d+)/.exec(await servers[1]!.say('stats', 'END\r\n'))![1]!;
      await eventually('both use it again', async () => {
        for (const cache of [here, there]) {
          const before = await setsAtTheSecond();
          await fill(cache, 'after the first');
          if (before === (await setsAtTheSecond())) return false;
        }
        return true;
      });
      expect(await here.deleteMany(KEYS)).toBe(KEYS.length);
      servers[1]!.pause();
      await answersInTime(here, 'away again');
      const reader = who === 'another process' ? there : who === 'a process that begins' ? cacheOn(...addresses) : here;
      for (let round = 0; round < 5; round++) expect([...(await reader.getMany(KEYS))]).toEqual([]);
    },
  );

  it.each(['the process that saw the outage', 'another process', 'a process that begins'])(
    'one that comes back with what it had serves none of it that was deleted meanwhile, to %s',
    async (who) => {
      const servers = await three();
      const addresses = servers.map(({ address }) => address);
      const [here, there] = [cacheOn(...addresses), cacheOn(...addresses)];
      await fill(here, 'old');
      expect((await there.getMany(KEYS)).size).toBe(KEYS.length);
      servers[2]!.pause();
      await answersInTime(here, 'away');
      await eventually('deletes go to the others', async () => {
        const results = await Promise.allSettled(KEYS.map((key) => here.delete(key)));
        return results.every(({ status }) => status === 'fulfilled');
      });
      servers[2]!.resume();
      const reader = who === 'another process' ? there : who === 'a process that begins' ? cacheOn(...addresses) : here;
      for (let round = 0; round < 20; round++) {
        expect([...(await reader.getMany(KEYS)).values()]).toEqual([]);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      await eventually('all three are used again', async () => {
        await reader.setMany(KEYS.map((key) => [key, 'new'] as const));
        const answer = await servers[2]!.say('stats items', 'END\r\n');
        return answer.includes('number') && [...(await here.getMany(KEYS)).values()].every((value) => value === 'new');
      });
    },
  );
});
