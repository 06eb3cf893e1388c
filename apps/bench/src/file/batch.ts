import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import type { Contender } from '../rounds.ts';
import { printTimings, timeInRounds } from '../rounds.ts';
import { keyOf, profile, withDirectory } from './scratch.ts';

const KEYS = 1_000;
const ROUNDS = 9;

/** 1,000 values at once and one by one: new keys, and over what is there. */
export async function runBatch(): Promise<void> {
  for (const durability of ['process', 'reboot', 'power'] as const) {
    await withDirectory(async (directory) => {
      const cache = createCache({ name: 'bench', tiers: [file({ directory, durability })], ttl: '1h' });
      let next = 0;
      const contenders: readonly Contender[] = [
        {
          name: 'setMany(1000)',
          operations: KEYS,
          run: () => {
            const first = next;
            next += KEYS;
            return cache.setMany(new Map(values(first)));
          },
        },
        {
          name: 'one by one',
          operations: KEYS,
          run: async () => {
            for (const [key, value] of values(next)) await cache.set(key, value);
            next += KEYS;
          },
        },
        {
          name: 'one by one, sync',
          operations: KEYS,
          run: () => {
            for (const [key, value] of values(next)) cache.sync.set(key, value);
            next += KEYS;
          },
        },
      ];
      const title = `set 1,000 new keys, durability '${durability}'`;
      printTimings(title, await timeInRounds(contenders, ROUNDS), 'setMany(1000)');
      await cache.close();
    });
  }
}

function values(first: number): [string, object][] {
  return Array.from({ length: KEYS }, (_, index) => [keyOf(first + index), profile(first + index)]);
}
