import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { median, timeInRounds } from '../rounds.ts';
import { keyOf, micros, profile, withDirectory } from './scratch.ts';

const HOT = 10_000;
const MANY = 1_000_000;
const BATCH = 1_000;
const ROUNDS = 9;
const OPENINGS = 5;

/** The same 10,000 warm keys, spread over all, with nothing but them in the cache and with a million. */
export async function runMillion(): Promise<void> {
  await withDirectory(async (few) => {
    await withDirectory(async (many) => {
      const small = open(few);
      await fill(small, MANY / HOT, MANY);
      const large = open(many);
      const began = performance.now();
      await fill(large, 1, MANY);
      console.log(`\n1,000,000 entries of 1 kB written in ${((performance.now() - began) / 1000).toFixed(0)} s`);
      await large.close();
      const openings: number[] = [];
      for (let round = 0; round < OPENINGS; round++) {
        const start = performance.now();
        const cache = open(many);
        if (cache.sync.get(keyOf(round)) === undefined) throw new Error('a value is lost');
        openings.push(performance.now() - start);
        await cache.close();
      }
      console.log(`open and first get at 1,000,000: ${median(openings).toFixed(0)} ms`);
      const again = open(many);
      const [at10k, at1m] = await timeInRounds([reads('10k', small), reads('1m', again)], ROUNDS);
      const ratio = (at1m?.ns ?? NaN) / (at10k?.ns ?? NaN);
      console.log(
        `get of 10,000 warm keys: ${micros(at10k?.ns)} alone, ${micros(at1m?.ns)} of a million: × ${ratio.toFixed(2)}`,
      );
      const clearing = performance.now();
      await again.clear();
      console.log(`clear of 1,000,000: ${((performance.now() - clearing) / 1000).toFixed(1)} s`);
      await Promise.all([small.close(), again.close()]);
    });
  });
}

function open(directory: string): Cache {
  return createCache({ name: 'bench', tiers: [file({ directory, maxBytes: '4gb' })], ttl: '1d' });
}

async function fill(cache: Cache, step: number, count: number): Promise<void> {
  for (let first = 0; first < count; first += BATCH * step) {
    const batch = Array.from({ length: BATCH }, (_, index): [string, object] => {
      const at = shuffled(first + index * step, count);
      return [keyOf(at), profile(at)];
    });
    await cache.setMany(new Map(batch));
  }
}

/** Another number for each, so that neighbours in time are none in the index. */
function shuffled(index: number, count: number): number {
  return (index * 7_919) % count;
}

function reads(name: string, cache: Cache): { name: string; operations: number; run(): void } {
  const keys = Array.from({ length: HOT }, (_, index) => keyOf(shuffled(index * (MANY / HOT), MANY)));
  const run = (): void => {
    for (const key of keys) if (cache.sync.get(key) === undefined) throw new Error(`${name} lost ${key}`);
  };
  return { name, operations: HOT, run };
}
