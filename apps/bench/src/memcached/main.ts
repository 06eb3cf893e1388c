/*
 * The far hit on one memcached of this machine: values of 300 bytes, 1,000 keys, so many callers at once, each of which asks again
 * as soon as it was answered. Against single gets of the bare client with `JSON.parse`, and keyv with @keyv/memcache.
 *
 *   npx -y pnpm@12.21.0 bench memcached
 */
import { KeyvMemcache } from '@keyv/memcache';
import { createCache } from '@uno-cache/core';
import { memcached } from '@uno-cache/memcached';
import { Keyv } from 'keyv-5';
import Memcached from 'memcached';
import type { Contender, Timing } from '../rounds.ts';
import { printTimings, timeInRounds } from '../rounds.ts';
import { startLocalMemcached } from './local-memcached.ts';

const KEYS = 1_000;
const CONCURRENCIES = [1, 8, 64, 1_000];
const ROUNDS = 9;
const TTL_MS = 3_600_000;

const server = await startLocalMemcached();
const client = new Memcached(server.address);
const uno = createCache({ namespace: 'uno', tiers: [memcached({ servers: server.address })], ttl: '1h' });
// @keyv/memcache is made for keyv 5.
const keyv = new Keyv({ store: new KeyvMemcache(server.address) as never });

const bareGet = (key: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    client.get(`bare:${key}`, (error: unknown, text: string | undefined) => {
      if (error) reject(error as Error);
      else resolve(text === undefined ? undefined : JSON.parse(text));
    });
  });
const bareSet = (key: string, value: object): Promise<void> =>
  new Promise((resolve, reject) => {
    client.set(`bare:${key}`, JSON.stringify(value), TTL_MS / 1000, (error: unknown) =>
      error ? reject(error as Error) : resolve(),
    );
  });

const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}:profile`);
for (const key of keys) {
  const value = { id: key, name: 'Ada', text: 'x'.repeat(250) };
  await bareSet(key, value);
  await uno.set(key, value);
  await keyv.set(key, value, TTL_MS);
}

const gets: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  'bare client': bareGet,
  uno: (key) => uno.get(key),
  keyv: (key) => keyv.get(key),
};

function contender(name: string, get: (key: string) => Promise<unknown>, concurrency: number): Contender {
  const operations = concurrency === 1 ? 3_000 : 12_000;
  const loop = async (state: { next: number }): Promise<void> => {
    while (state.next < operations) {
      const found = await get(keys[state.next++ % KEYS]!);
      if (found === undefined || found === null) throw new Error(`${name} lost a value`);
    }
  };
  return {
    name,
    operations,
    run: async () => {
      const state = { next: 0 };
      await Promise.all(Array.from({ length: concurrency }, () => loop(state)));
    },
  };
}

const nsOf = (timings: readonly Timing[], name: string): number =>
  timings.find((each) => each.name === name)?.ns ?? NaN;

for (const concurrency of CONCURRENCIES) {
  const contenders = Object.entries(gets).map(([name, get]) => contender(name, get, concurrency));
  const timings = await timeInRounds(contenders, ROUNDS);
  printTimings(`get, ${concurrency} at once, median of ${ROUNDS} rounds`, timings, 'uno');
  const [bare, keyvs] = ['bare client', 'keyv'].map((name) => nsOf(timings, name) / nsOf(timings, 'uno'));
  console.log(
    `  uno has ${bare?.toFixed(2)} × the throughput of the bare client${goal(concurrency === 64, 'at least 2')}`,
  );
  console.log(`  uno has ${keyvs?.toFixed(2)} × the throughput of keyv${goal(concurrency >= 8, 'ahead, above 1')}`);
}

const many: readonly Contender[] = [
  {
    name: 'bare getMulti + JSON.parse',
    operations: KEYS,
    run: async () => {
      const found = await new Promise<Record<string, string>>((resolve, reject) => {
        client.getMulti(
          keys.map((key) => `bare:${key}`),
          (error: unknown, items: Record<string, string>) => (error ? reject(error as Error) : resolve(items)),
        );
      });
      for (const text of Object.values(found)) JSON.parse(text);
    },
  },
  {
    name: 'uno getMany',
    operations: KEYS,
    run: async () => {
      if ((await uno.getMany(keys)).size !== KEYS) throw new Error('uno lost values');
    },
  },
];
printTimings(`getMany of ${KEYS}, median of 30 rounds, per key`, await timeInRounds(many, 30), 'uno getMany');

await uno.close();
await keyv.disconnect();
client.end();
server.stop();

function goal(applies: boolean, text: string): string {
  return applies ? ` (goal: ${text})` : '';
}
