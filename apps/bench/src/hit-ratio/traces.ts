import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Accesses, and the number of entries of the cache that they go to. */
export interface Trace {
  readonly name: string;
  readonly entries: number;
  readonly keys: Int32Array;
}

const DEFAULT_SIZES = [100, 500, 1000, 2000];

/** The traces of a directory, each at several sizes. */
export function* tracesIn(directory: string, sizes: readonly number[] | undefined): Generator<Trace> {
  const perTrace = sizesIn(directory);
  for (const file of readdirSync(directory).sort()) {
    if (file.endsWith('.json') || file.endsWith('.md')) continue;
    const name = basename(file).split('.')[0] ?? file;
    const keys = read(join(directory, file));
    for (const entries of sizes ?? perTrace[name] ?? DEFAULT_SIZES) yield { name, entries, keys };
  }
}

function sizesIn(directory: string): Readonly<Record<string, readonly number[]>> {
  const file = join(directory, 'sizes.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]>) : {};
}

function read(file: string): Int32Array {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.includes('*'));
  return Int32Array.from(lines, Number);
}
