import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { startChild } from './child.ts';
import { databaseIn } from './corrupt-row.ts';
import { tempDirectory } from './temp-directory.ts';

const PROCESSES = 8;

/** Lets several processes begin their tasks at once, one after the other; gives what went wrong. */
async function together(directory: string, notes: string, ...tasks: ((index: number) => string)[]): Promise<unknown[]> {
  const children = Array.from({ length: PROCESSES }, (_, index) =>
    startChild('worker', directory, notes, `process ${index}`),
  );
  for (const child of children) expect(await child.next()).toBe('ready');
  const errors: unknown[] = [];
  for (const task of tasks) {
    children.forEach((child, index) => {
      child.send(task(index));
    });
    for (const child of children) errors.push(...((await child.next()) as unknown[]));
  }
  return errors;
}

it('eight processes load each key once, and mix reads, writes, leases and invalidations of the same keys', async () => {
  const [directory, notes] = [tempDirectory(), tempDirectory()];
  const errors = await together(
    directory,
    notes,
    () => 'load',
    () => 'mix',
  );
  expect(errors).toEqual([]);
  const loads = readFileSync(join(notes, 'loads'), 'utf8').trim().split('\n').sort();
  expect(loads).toEqual(Array.from({ length: 40 }, (_, index) => `load:${index}`).sort());
  const database = new DatabaseSync(databaseIn(directory));
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  const { entries } = database.prepare("SELECT entries FROM ledger WHERE name = ''").get() as { entries: number };
  expect(database.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: entries });
  database.close();
}, 60_000);

it('what was loaded before a delete is served by none of eight processes after it', async () => {
  const [directory, notes] = [tempDirectory(), tempDirectory()];
  for (const note of ['source', 'confirmed']) writeFileSync(join(notes, note), '0');
  const errors = await together(directory, notes, (index) => (index === 0 ? 'write' : 'read'));
  expect(errors).toEqual([]);
}, 60_000);
