import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Cache } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { file } from '../src/index.ts';
import { databaseIn } from './corrupt-row.ts';
import { tempDirectory } from './temp-directory.ts';

interface Opened {
  readonly cache: Cache;
  readonly errors: string[];
}

function open(directory: string): Opened {
  const cache = createCache({ name: 'shop', tiers: [file({ directory, maxBytes: '64mb' })] });
  const errors: string[] = [];
  cache.on('error', ({ error }) => void errors.push(`${error.code}: ${error.message}`));
  onTestFinished(() => cache.close());
  return { cache, errors };
}

async function fill({ cache }: Opened, count: number): Promise<void> {
  const values = new Map(
    Array.from({ length: count }, (_, index) => [`key:${index}`, { index, text: 'x'.repeat(900) }]),
  );
  await cache.setMany(values);
}

/** Every value is what was set, or not there; and the service goes on. */
async function goesOn({ cache }: Opened, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const value = await cache.get<{ index: number; text: string }>(`key:${index}`);
    if (value !== undefined) expect(value).toEqual({ index, text: 'x'.repeat(900) });
  }
  await cache.set('new', 'value');
  expect(await cache.get('new')).toBe('value');
  expect(await cache.getOrSet('loaded', () => 'loaded')).toBe('loaded');
  await cache.invalidateTags(['tag']);
  await cache.invalidatePattern('key:*');
  expect(await cache.get('key:1')).toBeUndefined();
}

const asideIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('damaged-'));

function scribble(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  for (let at = from; at < Math.min(to, bytes.length); at++) bytes[at] = (at * 31 + 7) & 0xff;
  writeFileSync(path, bytes);
}

function otherProgramsDatabase(path: string): void {
  rmSync(path);
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE accounts(id INTEGER PRIMARY KEY); INSERT INTO accounts VALUES (1)');
  database.close();
}

const WHOLE_FILE: Readonly<Record<string, (path: string) => void>> = {
  'cut to half a page': (path) => truncateSync(path, 2_000),
  'with a scribbled header': (path) => scribble(path, 0, 100),
  'with scribbled first pages': (path) => scribble(path, 0, 60_000),
  "that is another program's text": (path) => writeFileSync(path, 'To do: buy milk\n'.repeat(1_000)),
  "that is another program's database": otherProgramsDatabase,
};

const PARTS: Readonly<Record<string, (path: string) => void>> = {
  'that is empty': (path) => truncateSync(path, 0),
  'cut in the middle': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  'cut by some bytes': (path) => truncateSync(path, statSync(path).size - 100),
  'scribbled in the middle': (path) => scribble(path, 400_000, 900_000),
  'scribbled everywhere but in the header': (path) => scribble(path, 100, 10_000_000),
};

describe('at the start, a file', () => {
  for (const [name, damage] of Object.entries(WHOLE_FILE)) {
    it(`${name} is set aside and told of, and a new one is begun`, async () => {
      const directory = tempDirectory();
      const before = open(directory);
      await fill(before, 1_000);
      await before.cache.close();
      const path = databaseIn(directory);
      damage(path);
      const spoiled = readFileSync(path);
      const after = open(directory);
      await goesOn(after, 1_000);
      expect(after.errors[0]).toMatch(/^TIER_FAILED: Tier "file" begins anew with an empty database/);
      expect(asideIn(directory)).toHaveLength(1);
      expect(readFileSync(join(directory, asideIn(directory)[0]!)).equals(spoiled)).toBe(true);
    });
  }

  for (const [name, damage] of Object.entries(PARTS)) {
    it(`${name} never gives a wrong value, and the service goes on`, async () => {
      const directory = tempDirectory();
      const before = open(directory);
      await fill(before, 1_000);
      await before.cache.close();
      damage(databaseIn(directory));
      await goesOn(open(directory), 1_000);
    });
  }
});

describe('while it is in use, a file', () => {
  for (const [name, damage] of Object.entries({ ...WHOLE_FILE, ...PARTS })) {
    it(`${name} never gives a wrong value, and the service goes on`, async () => {
      const directory = tempDirectory();
      const one = open(directory);
      const other = open(directory);
      await fill(one, 1_000);
      expect(await other.cache.get('key:7')).toBeDefined();
      damage(databaseIn(directory));
      await goesOn(one, 1_000);
      await goesOn(other, 1_000);
      await one.cache.set('shared', 'again');
      // Both are in the same new file, or in the old one.
      await expect.poll(() => other.cache.get('shared')).toBe('again');
    });
  }

  it('that is deleted with its directory is begun anew', async () => {
    const directory = tempDirectory();
    const one = open(directory);
    const other = open(directory);
    await fill(one, 10);
    rmSync(directory, { recursive: true });
    await one.cache.set('shared', 1);
    expect(existsSync(directory)).toBe(true);
    await expect.poll(() => other.cache.get('shared')).toBe(1);
  });

  it('whose log is scribbled over loses what was in the log, and nothing else', async () => {
    const directory = tempDirectory();
    const before = open(directory);
    await fill(before, 1_000);
    scribble(`${databaseIn(directory)}-wal`, 50_000, 200_000);
    await goesOn(before, 1_000);
  });
});

it('keeps only the last file that was set aside', async () => {
  const directory = tempDirectory();
  for (let round = 0; round < 3; round++) {
    const opened = open(directory);
    await opened.cache.set('k', round);
    expect(await opened.cache.get('k')).toBe(round);
    await opened.cache.close();
    scribble(databaseIn(directory), 0, 5_000);
  }
  const { cache, errors } = open(directory);
  expect(await cache.get('k')).toBeUndefined();
  expect(errors).toHaveLength(1);
  expect(asideIn(directory)).toHaveLength(1);
});

it('sets a database aside whose tables are of another version', async () => {
  const directory = tempDirectory();
  const before = open(directory);
  await before.cache.set('k', 1);
  await before.cache.close();
  const database = new DatabaseSync(databaseIn(directory));
  database.exec('PRAGMA user_version=99');
  database.close();
  const after = open(directory);
  expect(await after.cache.get('k')).toBeUndefined();
  expect(after.errors[0]).toMatch(/version 99/);
});
