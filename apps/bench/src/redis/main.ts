/*
 * The far hit on one redis-server of this machine: values of 300 bytes, 1,000 keys, so many callers at once, each of which asks
 * again as soon as it was answered. Against a plain ioredis `GET` with `JSON.parse`, and other caches on Redis.
 *
 *   npx -y pnpm@12.21.0 bench redis
 */

import KeyvRedis from '@keyv/redis';
import { createCache } from '@uno-cache/core';
import { decodeEntry, taggedJson } from '@uno-cache/core/adapter';
import { redis } from '@uno-cache/redis';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { RedisCache } from 'layered-loader/redis';
import type { Contender, Timing } from '../rounds.ts';
import { printTimings, timeInRounds } from '../rounds.ts';
import { startLocalServer } from './local-server.ts';

const KEYS = 1_000;
const CONCURRENCIES = [1, 8, 64, 1_000];
/** Many short ones: what else the machine does comes and goes, and must hit all alike. */
const ROUNDS = 41;
const TTL_MS = 3_600_000;

const server = await startLocalServer();
const connect = (): Redis => new Redis(server.port, '127.0.0.1');
const plain = connect();
const others = [connect(), connect()] as const;
const uno = createCache({ namespace: 'uno', tiers: [redis({ url: server.url })], ttl: '1h' });
const bento = new BentoCache({
  default: 'redis',
  ttl: TTL_MS,
  // Its types are those of ioredis 5.
  stores: { redis: bentostore().useL2Layer(redisDriver({ connection: others[0] as never })) },
});
const keyv = new Keyv({ store: new KeyvRedis(server.url) });
const layered = new RedisCache<object>(others[1] as never, { json: true, prefix: 'layered', ttlInMsecs: TTL_MS });

const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}:profile`);
for (const key of keys) {
  const value = { id: key, name: 'Ada', text: 'x'.repeat(250) };
  await plain.set(`plain:${key}`, JSON.stringify(value));
  await uno.set(key, value);
  await bento.set({ key, value });
  await keyv.set(key, value, TTL_MS);
  await layered.set(key, value);
}

const gets: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  'plain ioredis': async (key) => JSON.parse((await plain.get(`plain:${key}`)) ?? 'null'),
  uno: (key) => uno.get(key),
  bentocache: (key) => bento.get({ key }),
  keyv: (key) => keyv.get(key),
  'layered-loader': (key) => layered.get(key),
};

function contender(name: string, get: (key: string) => Promise<unknown>, concurrency: number): Contender {
  const operations = concurrency === 1 ? 1_000 : 5_000;
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
  const ratio = nsOf(timings, 'plain ioredis') / nsOf(timings, 'uno');
  const goal = concurrency < 64 ? 'at least 0.95' : 'at least 3, and ahead of all others';
  console.log(`  uno has ${ratio.toFixed(2)} × the throughput of the plain client (goal: ${goal})`);
}

const raw = keys.map((key) => `uno::${key}`);
const many: readonly Contender[] = [
  {
    name: 'MGET + decode',
    operations: KEYS,
    run: async () => {
      const found = await plain.mgetBuffer(raw);
      found.forEach((bytes, index) => void decodeEntry(bytes!, raw[index]!, taggedJson));
    },
  },
  {
    name: 'MGET + JSON.parse',
    operations: KEYS,
    run: async () => {
      const found = await plain.mget(keys.map((key) => `plain:${key}`));
      found.forEach((text) => void JSON.parse(text ?? 'null'));
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
const batch = await timeInRounds(many, 60);
printTimings(`getMany of ${KEYS}, median of 60 rounds, per key`, batch, 'MGET + decode');
const share = nsOf(batch, 'uno getMany') / nsOf(batch, 'MGET + decode');
console.log(`  getMany takes ${share.toFixed(2)} × the time of a bare MGET that decodes (goal: 1.25)`);

await uno.close();
await bento.disconnectAll();
await keyv.disconnect();
for (const client of [plain, ...others]) client.disconnect();
server.stop();
