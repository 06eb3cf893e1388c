import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCache } from '@uno-cache/core';
import { memory } from '@uno-cache/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventBased, invalidator, outbox } from '../../src/index.ts';

let directory: string;
let path: string;
let log: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uno-cache-outbox-'));
  path = join(directory, 'app.db');
  log = join(directory, 'delivered');
  using db = open();
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE users (id INTEGER PRIMARY KEY)');
  outbox(db).migrate();
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('outbox(), with processes that are killed', () => {
  it('invalidates what was committed by a writer that was killed, and only that', async () => {
    let next = 1;
    for (let round = 0; round < 3; round++) next = 1 + (await killAfter('writer.ts', [path, String(next)], 20 + round));
    const committed = ids();
    expect(committed.length).toBeGreaterThan(30);

    await using cache = createCache({ tiers: [memory()] });
    for (let id = 1; id <= next; id++) await cache.set(`user:${id}`, 'old');
    using db = open();
    const invalidation = invalidator(cache, [eventBased({ 'user.updated': ['user:{id}'] })]);
    await using relay = outbox(db).relay(invalidation);
    expect(await relay.drain()).toBe(committed.length);
    for (let id = 1; id <= next; id++) expect(await cache.has(`user:${id}`)).toBe(!committed.includes(id));
  }, 60_000);

  it('delivers everything at least once and in order, though relays are killed at their work', async () => {
    await killAfter('writer.ts', [path, '1'], 150);
    const committed = ids();
    // Two at a time; when one is killed the other, or the next, goes on.
    for (let round = 0; round < 3; round++) {
      await Promise.all([killAfter('deliverer.ts', [path, log], 11), killAfter('deliverer.ts', [path, log], 11)]);
    }
    for (let tries = 0; left() > 0 && tries < 50; tries++) await killAfter('deliverer.ts', [path, log], Infinity);
    expect(left()).toBe(0);
    const delivered = readFileSync(log, 'utf8').trim().split('\n').map(Number);
    // What a killed relay had delivered of its batch comes again, so only the first of each counts.
    expect([...new Set(delivered)]).toEqual(committed);
  }, 60_000);
});

/** Kills a process once it has said so many things, or lets it end; the last number that it said. */
async function killAfter(program: string, args: readonly string[], lines: number): Promise<number> {
  const file = join(import.meta.dirname, program);
  const child = spawn(process.execPath, ['--conditions=@uno-cache/source', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > lines) child.kill('SIGKILL');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== null && code !== 0) throw new Error(`${program} ended with ${String(code)}: ${errors}`);
  return Number(said.trim().split('\n').at(-1));
}

function open(): DatabaseSync & Disposable {
  const db = new DatabaseSync(path, { timeout: 10_000 });
  return Object.assign(db, { [Symbol.dispose]: () => db.close() });
}

function ids(): number[] {
  using db = open();
  const rows = db.prepare('SELECT id FROM users ORDER BY id').all() as { readonly id: number }[];
  return rows.map(({ id }) => id);
}

function left(): number {
  if (!existsSync(path)) return 0;
  using db = open();
  return Number((db.prepare('SELECT count(*) AS n FROM uno_cache_outbox').get() as { readonly n: number }).n);
}
