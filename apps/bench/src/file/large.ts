import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Contender } from '../rounds.ts';
import { timeInRounds } from '../rounds.ts';
import { micros, withDirectory } from './scratch.ts';

const SIZES_KB = [1, 16, 64, 128, 256, 512, 1_024, 4_096];
const ROUNDS = 9;
/** Bytes per round. */
const VOLUME = 16_777_216;

/** A payload in the table, and in a file of its own: written over what is there, and read. */
export async function runLarge(): Promise<void> {
  console.log(
    `\n${['kB', 'table write', 'file write', 'ratio', 'table read', 'file read', 'ratio'].map(pad).join('')}`,
  );
  for (const kb of SIZES_KB) {
    await withDirectory(async (directory) => {
      const [tableWrite, fileWrite, tableRead, fileRead] = await timeInRounds(contenders(directory, kb), ROUNDS);
      const row = [
        String(kb),
        micros(tableWrite?.ns),
        micros(fileWrite?.ns),
        ((tableWrite?.ns ?? NaN) / (fileWrite?.ns ?? NaN)).toFixed(2),
        micros(tableRead?.ns),
        micros(fileRead?.ns),
        ((tableRead?.ns ?? NaN) / (fileRead?.ns ?? NaN)).toFixed(2),
      ];
      console.log(row.map(pad).join(''));
    });
  }
}

function contenders(directory: string, kb: number): readonly Contender[] {
  const database = new DatabaseSync(join(directory, 'table.db'));
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000');
  database.exec('CREATE TABLE entries(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL)');
  const write = database.prepare(
    'INSERT INTO entries(key, bytes) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET bytes = excluded.bytes',
  );
  const read = database.prepare('SELECT bytes FROM entries WHERE key = ?');
  // Another content in each round: SQLite does not write a page again that has not changed.
  const bytes = new Uint8Array(kb * 1024);
  const files = join(directory, 'files');
  mkdirSync(files);
  const operations = Math.max(4, Math.min(500, VOLUME / bytes.length));
  let generation = 0;
  const each = (action: (index: number) => void) => (): void => {
    generation++;
    bytes.fill(generation);
    for (let index = 0; index < operations; index++) action(index);
  };
  const fileOf = (index: number, round: number): string => join(files, `${index}-${round}`);
  let written = 0;
  const writeFile = (index: number): void => {
    const file = openSync(fileOf(index, generation), 'wx', 0o600);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    closeSync(file);
    rmSync(fileOf(index, written), { force: true });
    if (index === operations - 1) written = generation;
  };
  return [
    { name: 'table write', operations, run: each((index) => write.run(`key:${index}`, bytes)) },
    { name: 'file write', operations, run: each(writeFile) },
    { name: 'table read', operations, run: each((index) => read.get(`key:${index}`)) },
    { name: 'file read', operations, run: each((index) => readFileSync(fileOf(index, written))) },
  ];
}

function pad(text: string): string {
  return text.padStart(14);
}
