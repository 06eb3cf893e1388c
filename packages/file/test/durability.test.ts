import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createCache } from '@uno-cache/core';
import { describe, expect, it } from 'vitest';
import type { Durability } from '../src/index.ts';
import { file } from '../src/index.ts';
import { databaseIn } from './corrupt-row.ts';
import { tempDirectory } from './temp-directory.ts';

async function visit(directory: string, durability: Durability, value?: string) {
  const cache = createCache({ name: 'shop', tiers: [file({ directory, durability })] });
  const errors: unknown[] = [];
  cache.on('error', ({ error }) => void errors.push(error));
  if (value !== undefined) await cache.set('k', value);
  const found = await cache.get('k');
  await cache.close();
  expect(errors).toEqual([]);
  return found;
}

function markOf(directory: string): unknown {
  const database = new DatabaseSync(databaseIn(directory));
  const row = database.prepare("SELECT boot FROM ledger WHERE name = ''").get() as { boot: unknown };
  database.close();
  return row.boot;
}

/** As if the machine had been started anew since. */
function reboot(directory: string, mark: string): void {
  const database = new DatabaseSync(databaseIn(directory));
  database.prepare("UPDATE ledger SET boot = ? WHERE name = ''").run(mark);
  database.close();
}

describe('what was never flushed', () => {
  for (const mark of ['another start', 'at 1000000000000']) {
    it(`is not believed after the machine was started anew (${mark})`, async () => {
      const directory = tempDirectory();
      expect(await visit(directory, 'process', 'value')).toBe('value');
      expect(await visit(directory, 'process')).toBe('value');
      reboot(directory, mark);
      // By whoever opens it next.
      expect(await visit(directory, 'reboot')).toBeUndefined();
      expect(await visit(directory, 'reboot', 'new')).toBe('new');
      expect(markOf(directory)).toBeNull();
      expect(readdirSync(directory).filter((name) => name.startsWith('cache-'))).toEqual(['cache-v1-2.db']);
    });
  }

  it('is marked before anything is written, and what is flushed is not', async () => {
    const directory = tempDirectory();
    await visit(directory, 'reboot', 'value');
    expect(markOf(directory)).toBeNull();
    await visit(directory, 'power', 'value');
    expect(markOf(directory)).toBeNull();
    expect(await visit(directory, 'process')).toBe('value');
    expect(markOf(directory)).toEqual(expect.any(String));
  });
});
