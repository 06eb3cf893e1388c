import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCache } from '@uno-cache/core';
import { expect, it } from 'vitest';
import { file } from '../src/index.ts';
import { databaseIn } from './corrupt-row.ts';
import { tempDirectory } from './temp-directory.ts';

/** How often the writer is killed. 200 with `UNO_CACHE_CRASHES=200`. */
const CRASHES = Number(process.env.UNO_CACHE_CRASHES ?? 20);
const ROUND_MS = 2_000;

/** Runs the writer, kills it a random while after it has begun to write, and gives the last number it had confirmed. */
async function crash(directory: string, start: number): Promise<number> {
  const script = join(import.meta.dirname, 'processes', 'writer.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=@uno-cache/source', '--disable-warning=ExperimentalWarning', script, directory, String(start)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  child.kill('SIGKILL');
  await exit;
  const confirmed = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(confirmed.at(-1));
}

it(
  `after each of ${CRASHES} kills it opens again, and every entry is whole or absent`,
  async () => {
    const directory = tempDirectory();
    let start = 0;
    for (let round = 0; round < CRASHES; round++) {
      const confirmed = await crash(directory, start);
      const cache = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '16mb' })] });
      const errors: unknown[] = [];
      cache.on('error', ({ error }) => void errors.push(error));
      // What was confirmed has survived.
      expect(await cache.get('last')).toBeGreaterThanOrEqual(confirmed);
      const found = await cache.getMany<{ number: number; text: string }>(
        Array.from({ length: 500 }, (_, index) => `key:${index}`),
      );
      for (const [key, { number, text }] of found) {
        expect(key).toBe(`key:${number % 500}`);
        expect(text).toBe(String(number % 10).repeat(number % 25 === 0 ? 300_000 : (number * 7919) % 6_000));
      }
      expect(found.size).toBeGreaterThan(0);
      expect(errors).toEqual([]);
      await cache.set('after', round);
      expect(await cache.get('after')).toBe(round);
      await cache.close();
      start = confirmed + 4;
    }
    const database = new DatabaseSync(databaseIn(directory));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  },
  CRASHES * ROUND_MS,
);
