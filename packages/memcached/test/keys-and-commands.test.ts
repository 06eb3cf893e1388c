import type { Keyspace, Tier } from '@uno-cache/core';
import { systemClock } from '@uno-cache/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memcached } from '../src/index.ts';
import { exptime } from '../src/items/exptime.ts';
import { wireKey } from '../src/items/wire-key.ts';
import type { TestServer } from './start-server.ts';
import { startServer } from './start-server.ts';

const DAY_MS = 86_400_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

function entryOf(value: unknown, ttlMs: number = 60_000): Parameters<Keyspace['set']>[1] {
  const now = Date.now();
  const times = {
    createdAt: now,
    freshUntil: now + ttlMs,
    staleMs: 0,
    usableMs: 0,
    slidingMs: 0,
    slidesUntil: Infinity,
  };
  return { value, negative: false, version: 0, cost: 0, tags: undefined, checkedAt: 0, ...times };
}

function open(region: string): [Tier, Keyspace] {
  const tier = memcached({ servers: server.address });
  const host = { clock: systemClock, sender: 'test', announce: false, report: () => {} };
  return [tier, tier.open({ namespace: 'wire', region }, host)];
}

async function statistic(name: string): Promise<number> {
  const answer = await server.say('stats', 'END\r\n');
  return Number(new RegExp(`STAT ${name} (\\d+)`).exec(answer)?.[1]);
}

describe('keys', () => {
  it('are sent as they are, up to 250 bytes with the prefix', () => {
    expect(wireKey('app:', '', 'shop::user:42')).toBe('app:shop::user:42');
    expect(wireKey('', '', 'k'.repeat(250))).toHaveLength(250);
    expect(wireKey('', '', 'k'.repeat(251))).toMatch(/^\*hash\*[\w-]{43}$/);
    expect(wireKey('p', '', 'k'.repeat(250))).toMatch(/^p\*hash\*/);
  });

  it('hold nothing that a command could be made of', () => {
    for (const key of ['a b', 'a\r\nflush_all', 'a\n', 'a\0', 'é', '日本語', '\u007f', '\u0085', '']) {
      expect(wireKey('', '*lock*', key)).toMatch(/^[\x21-\x7e]{1,250}$/);
    }
    expect(wireKey('', '', 'é')).not.toBe(wireKey('', '', 'e'));
  });

  it('no key injects a command', async () => {
    const [tier, keys] = open('injection');
    await keys.set('safe', entryOf('safe'), Date.now());
    for (const key of [
      'x\r\nflush_all\r\n',
      'x flush_all',
      '\r\ndelete wire:injection:safe',
      'x 0 0 1\r\na\r\nflush_all',
    ]) {
      await keys.set(key, entryOf(key), Date.now());
      expect((await keys.get(key, Date.now()))?.value).toBe(key);
      await keys.delete(key, Date.now());
    }
    expect((await keys.get('safe', Date.now()))?.value).toBe('safe');
    expect(await statistic('cmd_flush')).toBe(0);
    await tier.close();
  });

  it('of which only the hash is sent stand in full in the item, and another is a miss', async () => {
    const [tier, keys] = open('hashed');
    const [one, two] = ['1', '2'].map((end) => `${'long '.repeat(100)}${end}`) as [string, string];
    await keys.set(one, entryOf('one'), Date.now());
    const [from, to] = [one, two].map((key) => wireKey('', '', `wire:hashed:${key}`)) as [string, string];
    const answer = await server.say(`get ${from}`, 'END\r\n');
    const value = answer.slice(answer.indexOf('\r\n') + 2, -'\r\nEND\r\n'.length);
    expect(value).toContain(one);
    await server.say(`set ${to} 0 0 ${value.length}\r\n${value}`);
    expect(await keys.get(two, Date.now())).toBeUndefined();
    expect((await keys.get(one, Date.now()))?.value).toBe('one');
    await tier.close();
  });
});

describe('ends', () => {
  it('less than a second is rounded up, more than 30 days become a date, and never is only what is too far for one', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(exptime(1, now)).toBe(2);
    expect(exptime(150, now)).toBe(2);
    expect(exptime(60_000, now)).toBe(61);
    expect(exptime(29 * DAY_MS, now)).toBe(29 * 86_400 + 1);
    expect(exptime(30 * DAY_MS, now)).toBe(now / 1000 + 30 * 86_400 + 1);
    expect(exptime(400 * DAY_MS, now)).toBe(now / 1000 + 400 * 86_400 + 1);
    expect(exptime(36_525 * DAY_MS, now)).toBe(0);
    expect(exptime(Infinity, now)).toBe(0);
  });

  it('the server has them', async () => {
    const [tier, keys] = open('ends');
    await keys.set('short', entryOf(1, 150), Date.now());
    await keys.set('month', entryOf(1, 40 * DAY_MS), Date.now());
    await keys.set('dead', entryOf(1, -1), Date.now());
    const left = async (key: string): Promise<string> => server.say(`mg wire:ends:${key} t`);
    expect(await left('short')).toMatch(/^HD t[12]\r\n/);
    const seconds = Number(/^HD t(\d+)/.exec(await left('month'))?.[1]);
    expect(Math.abs(seconds - 40 * 86_400)).toBeLessThan(10);
    expect(await left('dead')).toBe('EN\r\n');
    await tier.close();
  });
});

describe('commands', () => {
  it('single gets of one tick are one command, and many keys are lines that the server takes', async () => {
    const [tier, keys] = open('batch');
    const names = Array.from({ length: 1_000 }, (_, index) => `${'n'.repeat(200)}${index}`);
    await keys.setMany(
      names.map((key) => ({ key, entry: entryOf(key) })),
      Date.now(),
    );
    const [lookups, connections] = [await statistic('cmd_get'), await statistic('total_connections')];
    const found = await Promise.all(names.slice(0, 64).map(async (key) => keys.get(key, Date.now())));
    expect(found.map((entry) => entry?.value)).toEqual(names.slice(0, 64));
    // Each command also asks for the record of the region.
    const commands = (await statistic('cmd_get')) - lookups - 64;
    expect(commands).toBe(Math.ceil((64 * 220) / 8_192));
    expect((await keys.getMany(names, Date.now())).map((entry) => entry?.value)).toEqual(names);
    expect((await statistic('total_connections')) - connections).toBeLessThanOrEqual(4);
    await tier.close();
  });

  it('thousands at once are answered', async () => {
    const [tier, keys] = open('crowd');
    await Promise.all(
      Array.from({ length: 3_000 }, async (_, index) => keys.set(`k${index}`, entryOf(index), Date.now())),
    );
    const found = await Promise.all(
      Array.from({ length: 3_000 }, async (_, index) => keys.get(`k${index}`, Date.now())),
    );
    expect(found.every((entry, index) => entry?.value === index)).toBe(true);
    await tier.close();
  });

  it('values of every byte, of many sizes, come back', async () => {
    const [tier, keys] = open('bytes');
    for (const size of [0, 1, 255, 70_000, 400_000]) {
      const value = Buffer.from(Array.from({ length: size }, (_, index) => index & 255));
      await keys.set(`size ${size}`, entryOf(value.toString('latin1')), Date.now());
      expect((await keys.get(`size ${size}`, Date.now()))?.value).toBe(value.toString('latin1'));
    }
    await keys.set('ends', entryOf('\r\nEND\r\nVALUE x 0 1\r\n'), Date.now());
    expect((await keys.get('ends', Date.now()))?.value).toBe('\r\nEND\r\nVALUE x 0 1\r\n');
    await tier.close();
  });

  it('a key named cas is a key', async () => {
    const tier = memcached({ servers: server.address });
    const host = { clock: systemClock, sender: 'test', announce: false, report: () => {} };
    const keys = tier.open({ namespace: 'cas', region: '' }, host);
    await keys.set('cas', entryOf('value'), Date.now());
    expect((await keys.get('cas', Date.now()))?.value).toBe('value');
    await tier.close();
  });
});
