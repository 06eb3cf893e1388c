import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheError } from '@uno-cache/core';
import { createCache } from '@uno-cache/core';
import { file } from '@uno-cache/file';
import { memory } from '@uno-cache/memory';

/** One of several processes that work on the same keys. It does what it is told, and tells what went wrong. */
const [directory = '', notes = '', name = ''] = process.argv.slice(2);

const errors: string[] = [];
const open = (withMemory: boolean) => {
  const shared = file({ directory, maxBytes: '32mb' });
  const cache = createCache({ name: 'shop', tiers: withMemory ? [memory(), shared] : [shared], leaseWait: '30s' });
  cache.on('error', ({ error }) => void errors.push(String((error as CacheError).cause ?? error)));
  return cache;
};

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
const pick = (count: number): number => Math.floor(Math.random() * count);

/** Every process loads every key; each load leaves a line. */
async function load(): Promise<void> {
  const cache = open(true);
  const keys = Array.from({ length: 40 }, (_, index) => `load:${index}`);
  const values = await Promise.all(
    keys.map((key) =>
      cache.getOrSet(key, async () => {
        appendFileSync(join(notes, 'loads'), `${key}\n`);
        await sleep(5 + pick(20));
        return { key };
      }),
    ),
  );
  values.forEach((value, index) => {
    if (value.key !== keys[index]) errors.push(`${keys[index]} is ${JSON.stringify(value)}`);
  });
  await cache.close();
}

/** Everything at once, on few keys. Values say what they are, so that a wrong one shows. */
async function mix(): Promise<void> {
  const cache = open(false);
  const key = (): string => `mix:${pick(20)}`;
  const check = (at: string, value: unknown): void => {
    if (value !== undefined && (value as { key?: string }).key !== at) errors.push(`${at}: ${JSON.stringify(value)}`);
  };
  const makeValue = (at: string) => ({ key: at, by: name, filler: 'x'.repeat(pick(4_000)) });
  const actions = [
    async (at: string) => cache.set(at, makeValue(at), { tags: [`tag:${pick(4)}`], ttl: '1m' }),
    async (at: string) => check(at, await cache.get(at)),
    async (at: string) => check(at, await cache.getOrSet(at, () => makeValue(at), { tags: [`tag:${pick(4)}`] })),
    async (at: string) => cache.delete(at),
    async (at: string) => cache.touch(at, '2m'),
    async (at: string) => cache.expire(at),
    async () => cache.invalidateTags([`tag:${pick(4)}`]),
    async () => cache.invalidatePattern('mix:1*'),
    async (at: string) => check(at, cache.sync.get(at)),
    async (at: string) => cache.sync.set(at, makeValue(at)),
    async (at: string) => void cache.sync.delete(at),
  ];
  for (let round = 0; round < 60; round++) {
    await Promise.all(Array.from({ length: 5 }, () => actions[pick(actions.length)]!(key())));
  }
  await cache.close();
}

/** In one step, so that nobody reads half a number. */
function note(name: string, number: number): void {
  writeFileSync(join(notes, `${name}.new`), String(number));
  renameSync(join(notes, `${name}.new`), join(notes, name));
}

/** Counts up in the source and deletes the copy; only then may others rely on the new number. */
async function write(): Promise<void> {
  const cache = open(false);
  for (let number = 1; number <= 150; number++) {
    note('source', number);
    await cache.delete('counter');
    note('confirmed', number);
    await sleep(1);
  }
  await cache.close();
}

/** Whatever is read must be at least as new as what was confirmed before. */
async function read(): Promise<void> {
  const cache = open(false);
  const numberIn = (note: string): number => Number(readFileSync(join(notes, note), 'utf8')) || 0;
  for (;;) {
    const confirmed = numberIn('confirmed');
    const number = await cache.getOrSet('counter', async () => {
      const loaded = numberIn('source');
      await sleep(pick(4));
      return loaded;
    });
    if (number < confirmed) errors.push(`read ${number} after ${confirmed} was confirmed`);
    if (confirmed >= 150) break;
    await sleep(0);
  }
  await cache.close();
}

async function perform(task: string): Promise<void> {
  const tasks: Record<string, () => Promise<void>> = { load, mix, write, read };
  try {
    await tasks[task]!();
  } catch (error) {
    errors.push(String((error as Error).stack));
  }
  process.send?.(errors);
}

process.on('message', (task: string) => void perform(task));
process.on('disconnect', () => process.exit());
process.send?.('ready');
