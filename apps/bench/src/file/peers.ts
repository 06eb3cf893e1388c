import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { BentoCache, bentostore } from 'bentocache';
import { fileDriver } from 'bentocache/drivers/file';
import cacache from 'cacache';
import type { Contender } from '../rounds.ts';
import { printTimings, timeInRounds } from '../rounds.ts';
import { databaseIn, keyOf, profile, withDirectory } from './scratch.ts';

const KEYS = 1_000;
const ROUNDS = 9;

interface Peer {
  readonly name: string;
  readonly operations: number;
  get(key: string): unknown;
  set(key: string, value: object): unknown;
}

/** One caller, who waits for each answer. */
export async function runPeers(): Promise<void> {
  await withDirectory(async (directory) => {
    const uno = createCache({ name: 'bench', tiers: [file({ directory: join(directory, 'uno') })], ttl: '1h' });
    const bento = new BentoCache({
      default: 'files',
      stores: {
        files: bentostore().useL2Layer(fileDriver({ directory: join(directory, 'bento'), pruneInterval: false })),
      },
    });
    const other = join(directory, 'cacache');
    const peers: readonly Peer[] = [
      { name: 'uno', operations: KEYS, get: (key) => uno.get(key), set: (key, value) => uno.set(key, value) },
      { name: 'uno sync', operations: KEYS, get: uno.sync.get.bind(uno.sync), set: uno.sync.set.bind(uno.sync) },
      {
        name: 'cacache',
        operations: 100,
        get: async (key) => JSON.parse((await cacache.get(other, key)).data.toString()),
        set: (key, value) => cacache.put(other, key, JSON.stringify(value)),
      },
      {
        name: 'bentocache files',
        operations: 100,
        get: (key) => bento.get({ key }),
        set: (key, value) => bento.set({ key, value, ttl: '1h' }),
      },
    ];
    for (const peer of peers) for (let index = 0; index < KEYS; index++) await peer.set(keyOf(index), profile(index));
    const database = new DatabaseSync(databaseIn(join(directory, 'uno')));
    const select = database.prepare('SELECT bytes FROM entries WHERE key = ?');
    const bare: Contender = {
      name: 'bare SELECT',
      operations: KEYS,
      run: () => {
        for (let index = 0; index < KEYS; index++) {
          if (select.get(`bench::${keyOf(index)}`) === undefined) throw new Error('bare SELECT lost a value');
        }
      },
    };
    printTimings('get', await timeInRounds([...peers.map(gets), bare], ROUNDS), 'uno');
    printTimings('set, over what is there', await timeInRounds(peers.map(sets), ROUNDS), 'uno');
    database.close();
    await uno.close();
    await bento.disconnectAll();
  });
}

function gets({ name, operations, get }: Peer): Contender {
  const run = async (): Promise<void> => {
    for (let index = 0; index < operations; index++) {
      const found = get(keyOf(index));
      const value = found instanceof Promise ? await found : found;
      if (value === undefined) throw new Error(`${name} lost a value`);
    }
  };
  return { name, operations, run };
}

function sets({ name, operations, set }: Peer): Contender {
  const run = async (): Promise<void> => {
    for (let index = 0; index < operations; index++) {
      const setting = set(keyOf(index), profile(index));
      if (setting instanceof Promise) await setting;
    }
  };
  return { name, operations, run };
}
