import { join } from 'node:path';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { FlatCache } from 'flat-cache';
import { KeyvFile } from 'keyv-file';
import { printTimings, timeInRounds } from '../rounds.ts';
import { keyOf, profile, withDirectory } from './scratch.ts';

const ROUNDS = 7;
const SAVES = 5;

/** One value is set and saved, so that the end of the process does not lose it, while so many others are there. */
export async function runSaves(): Promise<void> {
  for (const count of [100, 1_000, 10_000]) {
    await withDirectory(async (directory) => {
      const uno = createCache({ name: 'bench', tiers: [file({ directory: join(directory, 'uno') })], ttl: '1h' });
      const flat = new FlatCache({ cacheDir: join(directory, 'flat'), cacheId: 'flat', lruSize: 0 });
      const keyv = new KeyvFile({ filename: join(directory, 'keyv.json'), writeDelay: 0 });
      for (let index = 0; index < count; index++) {
        uno.sync.set(keyOf(index), profile(index));
        flat.setKey(keyOf(index), profile(index));
      }
      flat.save();
      await Promise.all(Array.from({ length: count }, (_, index) => keyv.set(keyOf(index), profile(index))));
      const saves: Readonly<Record<string, (key: string, value: object) => unknown>> = {
        uno: (key, value) => uno.set(key, value),
        'flat-cache': (key, value) => {
          flat.setKey(key, value);
          flat.save();
        },
        'keyv-file': (key, value) => keyv.set(key, value),
      };
      const contenders = Object.entries(saves).map(([name, save]) => ({
        name,
        operations: SAVES,
        run: async () => {
          for (let index = 0; index < SAVES; index++) await save(keyOf(index), profile(index));
        },
      }));
      printTimings(`set and save, ${count} entries`, await timeInRounds(contenders, ROUNDS), 'uno');
      await uno.close();
    });
  }
}
